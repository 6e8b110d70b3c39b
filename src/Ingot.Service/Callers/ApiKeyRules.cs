namespace Ingot.Service.Callers;

/// <summary>What a key's name, limits and models may be.</summary>
internal static class ApiKeyRules
{
    private const int LongestName = 64;
    private const int MostModels = 100;
    private const int LongestModel = 500;

    /// <summary>What is wrong with them, as a sentence; null when nothing is.</summary>
    internal static string? Mistake(ApiKey key)
    {
        if (key.Name.Length is 0 or > LongestName || !key.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') || key.Name[0] == '-')
            return $"A key's name is 1 to {LongestName} letters, digits, dashes, dots and underscores, and begins with no dash.";
        if (key.RequestsPerMinute < 1 || key.TokensPerMinute < 1)
            return "A key's limits are 1 or more in a minute.";
        return key.Models.Count > MostModels || key.Models.Any(model => model.Length is 0 or > LongestModel || model.Any(char.IsControl))
            ? $"A key may name at most {MostModels} models, each by 1 to {LongestModel} characters."
            : null;
    }
}

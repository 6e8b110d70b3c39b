using Ingot.Errors;

namespace Ingot.Service.Providers;

/// <summary>What a provider must be like to be listed.</summary>
internal static class ProviderRules
{
    private const int MostProviders = 64;
    private const int MostModels = 256;
    private const int MostAddresses = 32;
    private const int LongestName = 64;
    private const int LongestModel = 256;
    private const int LongestAddress = 2048;

    /// <summary>Checks a list.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/> or <see cref="ErrorCode.Conflict"/>, naming what is wrong.</exception>
    public static void Check(IReadOnlyList<ModelProvider> providers)
    {
        if (providers.Count > MostProviders)
            throw Invalid($"There can be {MostProviders} providers at most.", "name");
        foreach (var provider in providers)
            Check(provider);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (providers.FirstOrDefault(provider => !names.Add(provider.Name)) is { } twice)
            throw new IngotException(ErrorCode.Conflict, $"There are two providers '{twice.Name}'.", "name");
        var models = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (provider, model) in providers.SelectMany(provider => provider.Models.Select(model => (provider, model))))
        {
            if (!models.TryAdd(model.LocalName, provider.Name))
                throw new IngotException(ErrorCode.Conflict, $"Provider '{models[model.LocalName]}' has a model '{model.LocalName}' already; give one of the two an alias.", "model");
        }
    }

    private static void Check(ModelProvider provider)
    {
        if (provider.Name.Length is 0 or > LongestName || !provider.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
            throw Invalid($"A provider's name must be 1 to {LongestName} letters, digits, dots, dashes and underscores.", "name");
        if (provider.DisplayName is { } shown && !IsText(shown, LongestName))
            throw Invalid($"Provider '{provider.Name}': the display name must be 1 to {LongestName} characters.", "display_name");
        if (provider.Models.Count is 0 or > MostModels)
            throw Invalid($"Provider '{provider.Name}' must have 1 to {MostModels} models.", "model");
        foreach (var model in provider.Models)
        {
            if (!IsText(model.Name, LongestModel) || (model.Alias is not null && !IsText(model.Alias, LongestModel)))
                throw Invalid($"Provider '{provider.Name}': a model's name and alias must be 1 to {LongestModel} characters without spaces around them.", "model");
        }

        if (provider.Addresses.Count is 0 or > MostAddresses)
            throw Invalid($"Provider '{provider.Name}' must have 1 to {MostAddresses} addresses.", "address");
        foreach (var address in provider.Addresses)
            CheckAddress(provider.Name, address);
        if (provider.Key is { } key)
            CheckKey(provider.Name, key);
    }

    private static void CheckAddress(string provider, Uri address)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.OriginalString.Length > LongestAddress)
            throw Invalid($"Provider '{provider}': an address must be of the form https://host/v1.", "address");
        // The text could hold a password: it is not told back.
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw Invalid($"Provider '{provider}': an address must have no user, query or fragment; keys are named, never written in addresses.", "address");
    }

    private static void CheckKey(string provider, ProviderKey key)
    {
        if (key is { Variable: null } == (key.File is null))
            throw Invalid($"Provider '{provider}': a key is in an environment variable or in a file, one of the two.", "key");
        if (key.Variable is { } variable && (variable.Length is 0 or > 256 || !variable.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')))
            throw Invalid($"Provider '{provider}': the name of the key's environment variable must be letters, digits and underscores.", "key");
        if (key.File is { } file && (file.Length > LongestAddress || file.Contains('\0') || !Path.IsPathFullyQualified(file)))
            throw Invalid($"Provider '{provider}': the path of the key's file must be absolute.", "key");
    }

    private static bool IsText(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && text.Trim() == text && !text.Any(char.IsControl);

    private static IngotException Invalid(string message, string param) => new(ErrorCode.InvalidValue, message, param);
}

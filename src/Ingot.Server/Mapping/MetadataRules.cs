namespace Ingot.Server.Mapping;

/// <summary>How much a caller may note in <c>metadata</c>: OpenAI's own limits.</summary>
internal static class MetadataRules
{
    private const int MaxPairs = 16;
    private const int MaxKey = 64;
    private const int MaxValue = 512;

    /// <summary>Refuses metadata that is too much.</summary>
    public static void Check(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
            return;
        if (metadata.Count > MaxPairs)
            throw ChatMapper.Invalid("metadata", $"may hold at most {MaxPairs} pairs");
        foreach ((string key, string? value) in metadata)
        {
            if (key.Length > MaxKey)
                throw ChatMapper.Invalid("metadata", $"may only hold keys of at most {MaxKey} characters");
            if (value is null)
                throw ChatMapper.Invalid($"metadata.{key}", "must be a string");
            if (value.Length > MaxValue)
                throw ChatMapper.Invalid($"metadata.{key}", $"must have at most {MaxValue} characters");
        }
    }
}

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>Reads the <c>added_tokens</c> section.</summary>
internal static class AddedTokenReader
{
    public static List<AddedToken> Read(JsonAt section)
    {
        List<AddedToken> tokens = [];
        var contents = new Dictionary<string, int>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        foreach (var item in section.Items())
        {
            var token = ReadOne(item);
            if (contents.TryGetValue(token.Content, out var id) && id != token.Id)
                throw item.Invalid($"gives '{token.Content}' a second id");
            // The same entry twice does no harm and occurs in published files.
            if (!contents.TryAdd(token.Content, token.Id)) continue;
            if (!ids.Add(token.Id)) throw item.Invalid($"gives the id {token.Id} a second token");
            tokens.Add(token);
        }
        return tokens;
    }

    private static AddedToken ReadOne(JsonAt item)
    {
        var content = item["content"].Text();
        if (content.Length is 0 or > TokenizerLimits.MaxAddedTokenLength)
            throw item["content"].Invalid($"must have 1 to {TokenizerLimits.MaxAddedTokenLength} characters");
        var isSpecial = item["special"].Flag(absent: false);
        return new AddedToken(
            item["id"].Number(0, TokenizerLimits.MaxVocabulary - 1),
            content,
            isSpecial,
            item["single_word"].Flag(absent: false),
            item["lstrip"].Flag(absent: false),
            item["rstrip"].Flag(absent: false),
            item["normalized"].Flag(absent: !isSpecial));
    }
}

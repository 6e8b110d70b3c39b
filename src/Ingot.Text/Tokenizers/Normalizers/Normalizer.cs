using System.Text;
using Ingot.Errors;
using Ingot.Text.Tokenizers.Patterns;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Normalizers;

/// <summary>One step that rewrites a text before it is cut into pieces. Immutable and thread-safe.</summary>
internal abstract class Normalizer
{
    /// <summary>Rewrites a text.</summary>
    /// <param name="text">The text, not empty.</param>
    /// <param name="origins">For each unit of the text the index it came from; replaced by the result's. Null when nobody asks.</param>
    public abstract string Normalize(string text, ref int[]? origins);

    /// <summary>Refuses to let a text grow without measure.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>: it is too long now.</exception>
    protected static void CheckGrowth(long length, int lengthBefore)
    {
        if (length > (long)TokenizerLimits.MaxNormalizedGrowth * (lengthBefore + 64L))
            throw new IngotException(ErrorCode.InvalidValue, "The tokenizer's normalizer makes this text too long.");
    }
}

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
internal sealed class FormNormalizer(bool compatible, bool compose) : Normalizer
{
    private readonly UnicodeNormalizer _form = new(compatible, compose);

    public override string Normalize(string text, ref int[]? origins) => _form.Normalize(text, ref origins);
}

/// <summary>Lower case, one code point at a time and the same in every culture.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override string Normalize(string text, ref int[]? origins)
    {
        // The only code point whose lower case is two.
        if (text.Contains('\u0130')) text = new ReplaceNormalizer(new LiteralPattern("\u0130"), "i\u0307").Normalize(text, ref origins);
        return text.ToLowerInvariant();
    }
}

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override string Normalize(string text, ref int[]? origins)
    {
        var start = 0;
        var end = text.Length;
        while (left && start < end && char.IsWhiteSpace(text[start])) start++;
        while (right && end > start && char.IsWhiteSpace(text[end - 1])) end--;
        origins = origins?[start..end];
        return text[start..end];
    }
}

/// <summary>Removes marks (category M).</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    private static readonly SinglePattern Marks = new(UnicodeProperties.Find("M")!);

    public override string Normalize(string text, ref int[]? origins) =>
        new ReplaceNormalizer(Marks, "").Normalize(text, ref origins);
}

/// <summary>Puts a text before every text.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override string Normalize(string text, ref int[]? origins)
    {
        if (text.Length == 0) return text;
        if (origins is { Length: > 0 } from) origins = [.. Enumerable.Repeat(from[0], prefix.Length), .. from];
        return prefix + text;
    }
}

/// <summary>Replaces every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override string Normalize(string text, ref int[]? origins)
    {
        if (origins is null && pattern is LiteralPattern { Literal.Length: > 0 } literal)
        {
            // The growth of a literal replacement is bounded before anything is allocated.
            var mayGrow = content.Length > (long)TokenizerLimits.MaxNormalizedGrowth * literal.Literal.Length;
            if (!mayGrow) return text.Replace(literal.Literal, content, StringComparison.Ordinal);
        }
        List<TextRange> matches = [];
        pattern.FindAll(text, matches);
        if (matches.Count == 0) return text;
        CheckGrowth(text.Length + ((long)matches.Count * content.Length), text.Length);

        var result = new StringBuilder(text.Length);
        var from = origins is null ? null : new List<int>(text.Length);
        var at = 0;
        foreach (var match in matches)
        {
            Copy(text, at, match.Start, result, origins, from);
            result.Append(content);
            // Where the last replaced unit was: the format counts it so, and pieces that begin a text depend on it.
            var origin = match.End > match.Start ? match.End - 1 : Math.Min(match.Start, text.Length - 1);
            from?.AddRange(Enumerable.Repeat(origins![origin], content.Length));
            at = match.End;
        }
        Copy(text, at, text.Length, result, origins, from);
        origins = from?.ToArray();
        return result.ToString();
    }

    private static void Copy(string text, int start, int end, StringBuilder result, int[]? origins, List<int>? from)
    {
        result.Append(text, start, end - start);
        from?.AddRange(origins.AsSpan(start, end - start));
    }
}

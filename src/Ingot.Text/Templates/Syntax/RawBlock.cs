namespace Ingot.Text.Templates.Syntax;

/// <summary>Recognises the tags around text that is not to be read as template.</summary>
internal static class RawBlock
{
    /// <summary>Where the raw text begins, if a raw tag begins at <paramref name="tag"/>.</summary>
    public static int? TryMatchBegin(string text, int tag)
    {
        if (MatchTag(text, tag, "raw") is not { } close)
            return null;
        var body = close + 2;
        if (text[close - 1] == '-')
        {
            while (body < text.Length && Values.PythonCharacters.IsSpace(text[body]))
                body++;
        }

        return body;
    }

    public static (int Tag, int Close)? FindEnd(string text, int from)
    {
        for (var tag = from; ; tag++)
        {
            tag = text.IndexOf("{%", tag, StringComparison.Ordinal);
            if (tag < 0)
                return null;
            if (MatchTag(text, tag, "endraw") is { } close)
                return (tag, close);
        }
    }

    private static int? MatchTag(string text, int tag, string word)
    {
        var i = tag + 2;
        if (i < text.Length && text[i] is '-' or '+')
            i++;
        i = SkipSpace(text, i);
        if (!text.AsSpan(Math.Min(i, text.Length)).StartsWith(word, StringComparison.Ordinal))
            return null;
        i = SkipSpace(text, i + word.Length);
        if (i < text.Length && text[i] is '-' or '+')
            i++;
        return text.AsSpan(Math.Min(i, text.Length)).StartsWith("%}", StringComparison.Ordinal) ? i : null;
    }

    private static int SkipSpace(string text, int i)
    {
        while (i < text.Length && Values.PythonCharacters.IsSpace(text[i]))
            i++;
        return i;
    }
}

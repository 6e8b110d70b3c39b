namespace Ingot.Text.Templates.Values;

/// <summary>What Python takes for space and for a character (a code point, where .NET counts UTF-16 units).</summary>
internal static class PythonCharacters
{
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    public static bool IsLineBreak(char character) =>
        character is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    public static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    public static bool HasPairs(string text) => text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public static int Count(string text)
    {
        var count = text.Length;
        if (!HasPairs(text))
            return count;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (!char.IsSurrogatePair(text, i))
                continue;
            count--;
            i++;
        }

        return count;
    }
}

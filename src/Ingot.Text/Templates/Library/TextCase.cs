using System.Text;

namespace Ingot.Text.Templates.Library;

/// <summary>Upper and lower case.</summary>
internal static class TextCase
{
    public static string Upper(string text) => text.ToUpperInvariant();

    public static string Lower(string text) => text.ToLowerInvariant();

    public static string Capitalize(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Swap(string text) =>
        string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = char.IsUpper(source[i]) ? char.ToLowerInvariant(source[i]) : char.ToUpperInvariant(source[i]);
        });

    /// <summary>The method: a letter after anything that is no letter begins a word.</summary>
    public static string TitleMethod(string text) => Title(text, before => !char.IsLetter(before));

    /// <summary>The filter: words begin after space, hyphen and opening brackets only.</summary>
    public static string TitleFilter(string text) =>
        Title(text, before => char.IsWhiteSpace(before) || before is '-' or '(' or '{' or '[' or '<');

    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    private static string Title(string text, Func<char, bool> beginsWordAfter)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var begins = i == 0 || beginsWordAfter(text[i - 1]);
            result.Append(begins ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]));
        }

        return result.ToString();
    }
}

using System.Globalization;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers;

/// <summary>A token that is looked for in the text itself, before and beside the model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether decoding leaves it out when asked to skip special tokens.</param>
/// <param name="SingleWord">Whether it is found only between characters that are no word characters.</param>
/// <param name="StripsLeft">Whether it takes the white space before it.</param>
/// <param name="StripsRight">Whether it takes the white space after it.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalised text.</param>
internal sealed record AddedToken(
    int Id, string Content, bool IsSpecial, bool SingleWord, bool StripsLeft, bool StripsRight, bool IsNormalized)
{
    /// <summary>
    /// Whether it steers the model, so that text from outside must not become it: every special token, and every other
    /// one with anything but letters, marks, digits and white space in it (<c>&lt;tool_call&gt;</c>). Plain words and
    /// runs of spaces are ordinary text whoever writes them.
    /// </summary>
    public bool IsControl { get; } = IsSpecial || !IsPlain(Content);

    private static bool IsPlain(string content)
    {
        foreach (var rune in content.EnumerateRunes())
        {
            var category = CodePoints.CategoryOf(rune.Value);
            var isPlain = CodePoints.IsLetter(category) || CodePoints.IsMark(category)
                || category == UnicodeCategory.DecimalDigitNumber || CodePoints.IsWhiteSpace(rune.Value) || rune.Value == '\u2581';
            if (!isPlain) return false;
        }
        return true;
    }
}

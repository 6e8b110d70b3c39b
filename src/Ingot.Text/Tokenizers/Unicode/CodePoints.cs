using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ingot.Text.Tokenizers.Unicode;

/// <summary>Questions about single code points that regular expressions of tokenizers ask.</summary>
internal static class CodePoints
{
    /// <summary>
    /// The characters that join or keep apart their neighbours and are within a word for some parts of the format, and
    /// outside for its expressions.
    /// </summary>
    public const string Joiners = "\u200C\u200D";

    private static readonly UnicodeCategory[] BasicPlane = ReadBasicPlane();

    public static UnicodeCategory CategoryOf(int codePoint) =>
        codePoint < 0x10000 ? BasicPlane[codePoint] : CharUnicodeInfo.GetUnicodeCategory(codePoint);

    public static bool IsLetter(UnicodeCategory category) => category <= UnicodeCategory.OtherLetter;

    public static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    public static bool IsNumber(UnicodeCategory category) =>
        category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    public static bool IsPunctuation(UnicodeCategory category) =>
        category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    /// <summary>The White_Space property; the same set as <see cref="char.IsWhiteSpace(char)"/>.</summary>
    public static bool IsWhiteSpace(int codePoint) => codePoint < 0x10000 && char.IsWhiteSpace((char)codePoint);

    /// <summary>A word character: Alphabetic, a mark, a decimal digit or connector punctuation.</summary>
    public static bool IsWord(int codePoint)
    {
        var category = CategoryOf(codePoint);
        return IsLetter(category) || IsMark(category)
            || category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
            || codePoint is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
    }

    /// <summary>The code point at an index and the number of units it takes; the text has no lone surrogates.</summary>
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        var unit = text[index];
        if (char.IsHighSurrogate(unit) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(unit, text[index + 1]);
        }
        length = 1;
        return unit;
    }

    /// <summary>The code point that ends just before an index.</summary>
    public static int Before(ReadOnlySpan<char> text, int index, out int length)
    {
        if (index >= 2 && char.IsLowSurrogate(text[index - 1]) && char.IsHighSurrogate(text[index - 2]))
        {
            length = 2;
            return char.ConvertToUtf32(text[index - 2], text[index - 1]);
        }
        length = 1;
        return text[index - 1];
    }

    /// <summary>Replaces each half of a character that lacks its other half by U+FFFD; the length stays the same.</summary>
    public static string ReplaceLoneSurrogates(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var index = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (index < 0) return text;
            if (Rune.DecodeFromUtf16(rest[index..], out _, out var consumed) != OperationStatus.Done)
                return string.Create(text.Length, text, static (span, source) => WriteWhole(source, span));
            rest = rest[(index + consumed)..];
        }
        return text;
    }

    private static void WriteWhole(string text, Span<char> destination)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes()) at += rune.EncodeToUtf16(destination[at..]);
    }

    private static UnicodeCategory[] ReadBasicPlane()
    {
        var categories = new UnicodeCategory[0x10000];
        for (var i = 0; i < categories.Length; i++) categories[i] = CharUnicodeInfo.GetUnicodeCategory((char)i);
        return categories;
    }
}

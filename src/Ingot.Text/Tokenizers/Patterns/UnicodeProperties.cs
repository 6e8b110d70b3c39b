using System.Globalization;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>The names a pattern may put in <c>\p{…}</c>.</summary>
internal static class UnicodeProperties
{
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
        "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    // Script ranges as Unicode assigns them; the scripts that tokenizers' patterns name.
    private static readonly Dictionary<string, int[]> Scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Han"] =
        [
            0x2E80, 0x2E99, 0x2E9B, 0x2EF3, 0x2F00, 0x2FD5, 0x3005, 0x3005, 0x3007, 0x3007, 0x3021, 0x3029, 0x3038, 0x303B, 0x3400, 0x4DBF,
            0x4E00, 0x9FFF, 0xF900, 0xFA6D, 0xFA70, 0xFAD9, 0x16FE2, 0x16FE3, 0x16FF0, 0x16FF1, 0x20000, 0x2A6DF, 0x2A700, 0x2EBE0,
            0x2EBF0, 0x2EE5D, 0x2F800, 0x2FA1D, 0x30000, 0x323AF,
        ],
        ["Hiragana"] = [0x3041, 0x3096, 0x309D, 0x309F, 0x1B001, 0x1B11F, 0x1B132, 0x1B132, 0x1B150, 0x1B152, 0x1F200, 0x1F200],
        ["Katakana"] =
        [
            0x30A1, 0x30FA, 0x30FD, 0x30FF, 0x31F0, 0x31FF, 0x32D0, 0x32FE, 0x3300, 0x3357, 0xFF66, 0xFF6F, 0xFF71, 0xFF9D, 0x1AFF0, 0x1AFF3,
            0x1AFF5, 0x1AFFB, 0x1AFFD, 0x1AFFE, 0x1B000, 0x1B000, 0x1B120, 0x1B122, 0x1B155, 0x1B155, 0x1B164, 0x1B167,
        ],
        ["Hangul"] =
        [
            0x1100, 0x11FF, 0x302E, 0x302F, 0x3131, 0x318E, 0x3200, 0x321E, 0x3260, 0x327E, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xD7B0, 0xD7C6,
            0xD7CB, 0xD7FB, 0xFFA0, 0xFFBE, 0xFFC2, 0xFFC7, 0xFFCA, 0xFFCF, 0xFFD2, 0xFFD7, 0xFFDA, 0xFFDC,
        ],
        ["Thai"] = [0x0E01, 0x0E3A, 0x0E40, 0x0E5B],
        ["Lao"] =
        [
            0x0E81, 0x0E82, 0x0E84, 0x0E84, 0x0E86, 0x0E8A, 0x0E8C, 0x0EA3, 0x0EA5, 0x0EA5, 0x0EA7, 0x0EBD, 0x0EC0, 0x0EC4, 0x0EC6, 0x0EC6,
            0x0EC8, 0x0ECE, 0x0ED0, 0x0ED9, 0x0EDC, 0x0EDF,
        ],
        ["Khmer"] = [0x1780, 0x17DD, 0x17E0, 0x17E9, 0x17F0, 0x17F9, 0x19E0, 0x19FF],
        ["Myanmar"] = [0x1000, 0x109F, 0xA9E0, 0xA9FE, 0xAA60, 0xAA7F, 0x116D0, 0x116E3],
    };

    /// <summary>The set of a category, group of categories, script or class name; null for a name not known.</summary>
    public static CharacterSet? Find(string name)
    {
        name = name.Replace("Script=", "", StringComparison.Ordinal).Replace("sc=", "", StringComparison.Ordinal);
        var category = Array.IndexOf(CategoryNames, name);
        if (category >= 0) return new CharacterSet(c => (int)CodePoints.CategoryOf(c) == category);
        if (Scripts.TryGetValue(name, out var ranges)) return new CharacterSet(c => IsWithin(ranges, c));
        return name switch
        {
            "L" or "Letter" => new CharacterSet(c => CodePoints.IsLetter(CodePoints.CategoryOf(c))),
            "M" or "Mark" => new CharacterSet(c => CodePoints.IsMark(CodePoints.CategoryOf(c))),
            "N" or "Number" => new CharacterSet(c => CodePoints.IsNumber(CodePoints.CategoryOf(c))),
            "P" or "Punctuation" => new CharacterSet(c => CodePoints.IsPunctuation(CodePoints.CategoryOf(c))),
            "S" or "Symbol" => Group('S'),
            "Z" or "Separator" => Group('Z'),
            "C" or "Other" => Group('C'),
            _ => Class(name),
        };
    }

    /// <summary>The set of a POSIX class name, in its Unicode meaning; null for a name not known.</summary>
    public static CharacterSet? Class(string name) => name.ToLowerInvariant() switch
    {
        "alpha" or "alphabetic" => new CharacterSet(c => CodePoints.IsWord(c) && !IsOneOf(c, "Nd") && !IsOneOf(c, "Pc")),
        "alnum" => new CharacterSet(c => CodePoints.IsWord(c) && !IsOneOf(c, "Pc")),
        "digit" => new CharacterSet(c => IsOneOf(c, "Nd")),
        "lower" or "lowercase" => new CharacterSet(c => IsOneOf(c, "Ll")),
        "upper" or "uppercase" => new CharacterSet(c => IsOneOf(c, "Lu")),
        "space" or "white_space" => new CharacterSet(CodePoints.IsWhiteSpace),
        "blank" => new CharacterSet(c => c == '\t' || IsOneOf(c, "Zs")),
        "punct" => new CharacterSet(c => CategoryNames[(int)CodePoints.CategoryOf(c)][0] is 'P' or 'S'),
        "cntrl" => new CharacterSet(c => IsOneOf(c, "Cc")),
        "word" => new CharacterSet(CodePoints.IsWord),
        "xdigit" => new CharacterSet(c => c < 128 && char.IsAsciiHexDigit((char)c)),
        "any" => new CharacterSet(_ => true),
        _ => null,
    };

    private static CharacterSet Group(char first) => new(c => CategoryNames[(int)CodePoints.CategoryOf(c)][0] == first);

    private static bool IsOneOf(int codePoint, string category) =>
        CodePoints.CategoryOf(codePoint) == (UnicodeCategory)Array.IndexOf(CategoryNames, category);

    private static bool IsWithin(int[] ranges, int codePoint)
    {
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) return true;
        }
        return false;
    }
}

using System.Globalization;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Tokenizers.Patterns;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Constraints.Characters;

/// <summary>The sets that patterns have short names for, as ECMA-262 defines them.</summary>
internal static class CharacterClasses
{
    public static CodePointSet Digits { get; } = CodePointSet.Of([new('0', '9')]);

    public static CodePointSet Word { get; } = CodePointSet.Of([new('0', '9'), new('A', 'Z'), new('_', '_'), new('a', 'z')]);

    public static CodePointSet Space { get; } = CodePointSet.Of(
    [
        new(0x09, 0x0D), new(0x20, 0x20), new(0xA0, 0xA0), new(0x1680, 0x1680), new(0x2000, 0x200A), new(0x2028, 0x2029),
        new(0x202F, 0x202F), new(0x205F, 0x205F), new(0x3000, 0x3000), new(0xFEFF, 0xFEFF),
    ]);

    public static CodePointSet LineEnds { get; } = CodePointSet.Of([new('\n', '\n'), new('\r', '\r'), new(0x2028, 0x2029)]);

    /// <summary>The set of a Unicode property as <c>\p{…}</c> names it; null for one not known here.</summary>
    public static CodePointSet? Property(string name)
    {
        var value = name.StartsWith("General_Category=", StringComparison.Ordinal) || name.StartsWith("gc=", StringComparison.Ordinal)
            ? name[(name.IndexOf('=', StringComparison.Ordinal) + 1)..]
            : name;
        value = value.StartsWith("Script_Extensions=", StringComparison.Ordinal) || value.StartsWith("scx=", StringComparison.Ordinal)
            ? "Script=" + value[(value.IndexOf('=', StringComparison.Ordinal) + 1)..]
            : value;
        if (value is "Any") return CodePointSet.All;
        if (value is "ASCII") return CodePointSet.Of([new(0, 0x7F)]);
        return UnicodeProperties.Find(LongNames.GetValueOrDefault(value, value)) is { } found ? Scan(found.Contains) : null;
    }

    private static readonly Dictionary<string, string> LongNames = new()
    {
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Titlecase_Letter"] = "Lt",
        ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo",
        ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd",
        ["Letter_Number"] = "Nl",
        ["Other_Number"] = "No",
        ["Space_Separator"] = "Zs",
        ["Control"] = "Cc",
        ["punct"] = "P",
        ["Currency_Symbol"] = "Sc",
        ["Math_Symbol"] = "Sm",
    };

    private static CodePointSet Scan(Func<int, bool> contains)
    {
        List<CharacterRange> ranges = [];
        var first = -1;
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            var isMember = value is < 0xD800 or > 0xDFFF && contains(value);
            if (isMember && first < 0) first = value;
            if (isMember || first < 0) continue;
            ranges.Add(new CharacterRange(first, value - 1));
            first = -1;
        }
        if (first >= 0) ranges.Add(new CharacterRange(first, 0x10FFFF));
        return CodePointSet.Of(ranges);
    }
}

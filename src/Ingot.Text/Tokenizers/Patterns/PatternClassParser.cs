using System.Globalization;
using Ingot.Text.Tokenizers.Unicode;

namespace Ingot.Text.Tokenizers.Patterns;

/// <summary>Parses bracketed classes and escapes that stand for sets of code points.</summary>
internal sealed class PatternClassParser(string source)
{
    private int _depth;

    /// <summary>Reads a class from its opening bracket to just past its closing one.</summary>
    public CharacterSet ReadClass(ref int at, bool ignoreCase)
    {
        if (++_depth > TokenizerLimits.MaxDepth) throw Fail("classes nested too deeply", at);
        at++;
        var isNegated = at < source.Length && source[at] == '^';
        if (isNegated) at++;
        List<CharacterSet> union = [];
        CharacterSet? intersection = null;
        var isFirst = true;
        while (true)
        {
            if (at >= source.Length) throw Fail("a class that is not closed", at);
            if (source[at] == ']' && !isFirst) break;
            if (source.AsSpan(at).StartsWith("&&", StringComparison.Ordinal))
            {
                intersection = Meet(intersection, union, at);
                union = [];
                at += 2;
                continue;
            }
            union.Add(ReadItem(ref at));
            isFirst = false;
        }
        at++;
        _depth--;
        var set = Meet(intersection, union, at);
        if (ignoreCase) set = set.FoldAscii();
        return isNegated ? set.Negate() : set;
    }

    /// <summary>Reads an escape from its backslash; <paramref name="single"/> is its code point when it means just one.</summary>
    public CharacterSet ReadEscape(ref int at, out int? single)
    {
        if (at + 1 >= source.Length) throw Fail("a backslash at its end", at);
        var letter = source[at + 1];
        single = null;
        if (letter is 'p' or 'P') return ReadProperty(ref at);
        CharacterSet? set = letter switch
        {
            's' => UnicodeProperties.Class("space"),
            'S' => UnicodeProperties.Class("space")!.Negate(),
            'd' => UnicodeProperties.Class("digit"),
            'D' => UnicodeProperties.Class("digit")!.Negate(),
            'w' => UnicodeProperties.Class("word"),
            'W' => UnicodeProperties.Class("word")!.Negate(),
            'h' => UnicodeProperties.Class("xdigit"),
            'H' => UnicodeProperties.Class("xdigit")!.Negate(),
            _ => null,
        };
        if (set is not null)
        {
            at += 2;
            return set;
        }
        single = ReadCodePoint(ref at);
        return CharacterSet.Of(single.Value);
    }

    private CharacterSet ReadItem(ref int at)
    {
        if (source[at] == '[')
            return TryReadPosix(ref at, out var posix) ? posix : ReadClass(ref at, ignoreCase: false);
        int? first;
        CharacterSet set;
        if (source[at] == '\\')
        {
            set = ReadEscape(ref at, out first);
        }
        else
        {
            first = CodePoints.At(source, at, out var length);
            at += length;
            set = CharacterSet.Of(first.Value);
        }
        var isRange = at + 1 < source.Length && source[at] == '-' && source[at + 1] is not (']' or '[')
            && !source.AsSpan(at + 1).StartsWith("&&", StringComparison.Ordinal);
        if (!isRange || first is null) return set;
        at++;
        int? last;
        if (source[at] == '\\')
        {
            ReadEscape(ref at, out last);
        }
        else
        {
            last = CodePoints.At(source, at, out var length);
            at += length;
        }
        if (last is null || last < first) throw Fail("a range without an end above its start", at);
        return CharacterSet.Range(first.Value, last.Value);
    }

    private bool TryReadPosix(ref int at, out CharacterSet set)
    {
        set = null!;
        if (!source.AsSpan(at).StartsWith("[:", StringComparison.Ordinal)) return false;
        var end = source.IndexOf(":]", at + 2, StringComparison.Ordinal);
        if (end < 0) return false;
        var name = source[(at + 2)..end];
        var isNegated = name.StartsWith('^');
        if (UnicodeProperties.Class(isNegated ? name[1..] : name) is not { } found) return false;
        set = isNegated ? found.Negate() : found;
        at = end + 2;
        return true;
    }

    private CharacterSet ReadProperty(ref int at)
    {
        var isNegated = source[at + 1] == 'P';
        var open = at + 2;
        if (open >= source.Length) throw Fail("a property without a name", at);
        string name;
        if (source[open] == '{')
        {
            var close = source.IndexOf('}', open);
            if (close < 0) throw Fail("a property that is not closed", at);
            name = source[(open + 1)..close];
            at = close + 1;
        }
        else
        {
            name = source[open].ToString();
            at = open + 1;
        }
        if (name.StartsWith('^')) (isNegated, name) = (!isNegated, name[1..]);
        var set = UnicodeProperties.Find(name) ?? throw Fail($"the unknown property '{name}'", at);
        return isNegated ? set.Negate() : set;
    }

    private int ReadCodePoint(ref int at)
    {
        var letter = source[at + 1];
        switch (letter)
        {
            case 'x' when at + 2 < source.Length && source[at + 2] == '{':
                var close = source.IndexOf('}', at);
                return close < 0 ? throw Fail("a code point that is not closed", at) : Hex(ref at, at + 3, close, close + 1);
            case 'x':
                return Hex(ref at, at + 2, at + 4, at + 4);
            case 'u':
                return Hex(ref at, at + 2, at + 6, at + 6);
        }
        int? control = letter switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => 0x1B,
            'b' => '\b',
            '0' => 0,
            _ => null,
        };
        if (control is null && letter < 128 && char.IsAsciiLetterOrDigit(letter)) throw Fail($"the unknown escape \\{letter}", at);
        var codePoint = CodePoints.At(source, at + 1, out var length);
        at += 1 + length;
        return control ?? codePoint;
    }

    private int Hex(ref int at, int start, int end, int next)
    {
        if (end > source.Length
            || !int.TryParse(source.AsSpan(start, end - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value is < 0 or > 0x10FFFF)
        {
            throw Fail("a malformed code point", at);
        }
        at = next;
        return value;
    }

    private CharacterSet Meet(CharacterSet? intersection, List<CharacterSet> union, int at)
    {
        if (union.Count == 0) throw Fail("an empty class", at);
        var set = CharacterSet.AnyOf([.. union]);
        return intersection is null ? set : intersection.And(set);
    }

    private static FormatException Fail(string what, int at) => new($"it has {what} at character {at}");
}

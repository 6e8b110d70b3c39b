using Ingot.Text.Constraints.Characters;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary>Reads bracketed classes and the escapes that stand for characters.</summary>
internal sealed class PatternClassReader(PatternSource source, bool ignoreCase)
{
    // Building a property's set looks at every code point there is: once per pattern is enough.
    private readonly Dictionary<string, CodePointSet> _properties = [];

    public CodePointSet ReadClass()
    {
        source.TryTake("[");
        var isNegated = source.TryTake("^");
        List<CodePointSet> parts = [];
        while (!source.TryTake("]"))
        {
            if (source.IsAtEnd) throw source.Malformed("a class that is not closed");
            parts.Add(ReadRange());
        }
        var set = Fold(CodePointSet.Union(parts));
        return isNegated ? set.Negate() : set;
    }

    /// <summary>The set, in both cases where the pattern ignores case.</summary>
    public CodePointSet Fold(CodePointSet set) => ignoreCase ? set.FoldCase() : set;

    /// <summary>Reads an escape from its backslash.</summary>
    public CodePointSet ReadEscape(bool isInClass)
    {
        source.TryTake("\\");
        if (source.IsAtEnd) throw source.Malformed("a backslash at its end");
        var letter = source.Next;
        if (letter is 'p' or 'P') return ReadProperty();
        if (letter is >= '1' and <= '9' || letter == 'k') throw source.Unsupported("a back-reference");
        CodePointSet? set = letter switch
        {
            'd' => CharacterClasses.Digits,
            'D' => CharacterClasses.Digits.Negate(),
            'w' => CharacterClasses.Word,
            'W' => CharacterClasses.Word.Negate(),
            's' => CharacterClasses.Space,
            'S' => CharacterClasses.Space.Negate(),
            _ => null,
        };
        if (set is null) return CodePointSet.Of(ReadCharacter(isInClass));
        source.TakeCodePoint();
        return set;
    }

    private CodePointSet ReadRange()
    {
        var first = ReadMember(out var start);
        var dash = source.Position;
        if (!source.TryTake("-")) return first;
        if (source.Next == ']' || source.IsAtEnd)
        {
            source.MoveTo(dash);
            return first;
        }
        var last = ReadMember(out var end);
        // A class beside a dash is no end of a range: both stand for themselves, and so does the dash.
        if (start is null || end is null) return CodePointSet.Union([first, last, CodePointSet.Of('-')]);
        return end < start
            ? throw source.Malformed("a range that ends below its start")
            : CodePointSet.Of([new CharacterRange(start.Value, end.Value)]);
    }

    private CodePointSet ReadMember(out int? single)
    {
        if (source.IsAtEnd) throw source.Malformed("a class that is not closed");
        var set = source.Next == '\\' ? ReadEscape(isInClass: true) : CodePointSet.Of(source.TakeCodePoint());
        single = set.Ranges is [var only] && only.First == only.Last ? only.First : null;
        return set;
    }

    private int ReadCharacter(bool isInClass)
    {
        var at = source.TakeCodePoint();
        switch (at)
        {
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case 'b' when isInClass: return '\b';
            case '0' when !char.IsAsciiDigit(source.Next): return 0;
            case 'x': return source.TakeHex(2);
            case 'u': return ReadUnicode();
            case 'c' when char.IsAsciiLetter(source.Next): return source.TakeCodePoint() % 32;
        }
        return at < 128 && char.IsAsciiLetterOrDigit((char)at) ? throw source.Malformed($"the unknown escape \\{(char)at}") : at;
    }

    private int ReadUnicode()
    {
        if (!source.TryTake("{"))
        {
            var unit = source.TakeHex(4);
            if (!char.IsHighSurrogate((char)unit) || !source.TryTake("\\u")) return Scalar(unit);
            var low = source.TakeHex(4);
            return char.IsLowSurrogate((char)low) ? char.ConvertToUtf32((char)unit, (char)low) : throw source.Malformed("half a surrogate pair");
        }
        var start = source.Position;
        var digits = source.TakeUntil('}');
        if (digits is null or { Length: 0 or > 6 }) throw source.Malformed("a malformed code point");
        source.MoveTo(start);
        var value = source.TakeHex(digits.Length);
        source.TryTake("}");
        return Scalar(value);
    }

    private int Scalar(int value) =>
        value is >= 0xD800 and <= 0xDFFF ? throw source.Malformed("half a surrogate pair")
        : value > 0x10FFFF ? throw source.Malformed("a malformed code point")
        : value;

    private CodePointSet ReadProperty()
    {
        var isNegated = source.TakeCodePoint() == 'P';
        var name = source.TryTake("{") ? source.TakeUntil('}') : source.IsAtEnd ? null : char.ConvertFromUtf32(source.TakeCodePoint());
        if (name is null) throw source.Malformed("a property without a name");
        if (!_properties.TryGetValue(name, out var set))
            _properties[name] = set = CharacterClasses.Property(name) ?? throw source.Unsupported($"the property '{name}'");
        return isNegated ? set.Negate() : set;
    }
}

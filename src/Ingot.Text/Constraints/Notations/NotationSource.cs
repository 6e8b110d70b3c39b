using System.Globalization;
using System.Text;
using Ingot.Errors;

namespace Ingot.Text.Constraints.Notations;

/// <summary>A grammar's text being read, and refusals that name the line.</summary>
internal sealed class NotationSource(string text, string comment, string? param)
{
    private int _position;

    public bool IsAtEnd => _position >= text.Length;

    public char Next => IsAtEnd ? '\0' : text[_position];

    public int Position
    {
        get => _position;
        set => _position = value;
    }

    public bool StartsWith(string what) => string.CompareOrdinal(text, _position, what, 0, what.Length) == 0;

    public bool TryTake(string what)
    {
        if (!StartsWith(what)) return false;
        _position += what.Length;
        return true;
    }

    public void Expect(string what)
    {
        if (!TryTake(what)) throw Fail($"'{what}' is missing");
    }

    /// <summary>Skips blanks and comments, and line ends if they mean nothing here.</summary>
    public void SkipSpace(bool acrossLines)
    {
        while (!IsAtEnd)
        {
            if (StartsWith(comment)) SkipLine();
            else if (Next is ' ' or '\t' || (acrossLines && Next is '\n' or '\r')) _position++;
            else return;
        }
    }

    public void SkipLine()
    {
        while (!IsAtEnd && Next is not ('\n' or '\r')) _position++;
    }

    public string? TakeWhile(Func<char, bool> isPart)
    {
        var start = _position;
        while (!IsAtEnd && isPart(text[_position])) _position++;
        return start == _position ? null : text[start.._position];
    }

    /// <summary>Takes a text in braces, to where they are closed outside of quoted texts; null when there is none.</summary>
    public string? TakeBraces()
    {
        if (Next != '{') return null;
        var (depth, isQuoted) = (0, false);
        for (var at = _position; at < text.Length; at++)
        {
            if (isQuoted && text[at] == '\\') at++;
            else if (text[at] == '"') isQuoted = !isQuoted;
            else if (!isQuoted && text[at] == '{') depth++;
            else if (!isQuoted && text[at] == '}' && --depth == 0)
            {
                var braces = text[_position..(at + 1)];
                _position = at + 1;
                return braces;
            }
        }
        return null;
    }

    public int? TakeNumber()
    {
        if (TakeWhile(char.IsAsciiDigit) is not { } digits) return null;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Fail("a number is too large");
    }

    public int TakeCodePoint()
    {
        if (IsAtEnd || !Rune.TryGetRuneAt(text, _position, out var rune)) throw Fail("half a character");
        _position += rune.Utf16SequenceLength;
        return rune.Value;
    }

    /// <summary>Reads what follows a backslash: the escapes of C and of JSON, and any mark for itself.</summary>
    public int TakeEscaped()
    {
        var letter = TakeCodePoint();
        return letter switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'b' => '\b',
            'v' => '\v',
            '0' => 0,
            'x' => TakeHex(2),
            'u' => TakeUnit(),
            'U' => TakeHex(8),
            _ when letter < 128 && char.IsAsciiLetterOrDigit((char)letter) => throw Fail($"the unknown escape \\{(char)letter}"),
            _ => letter,
        };
    }

    public IngotException Fail(string what)
    {
        var line = 1 + text.AsSpan(0, Math.Min(_position, text.Length)).Count('\n');
        return new IngotException(ErrorCode.InvalidValue, $"The grammar's line {line}: {what}.", param);
    }

    public IngotException Refuse(string what)
    {
        var line = 1 + text.AsSpan(0, Math.Min(_position, text.Length)).Count('\n');
        return new IngotException(ErrorCode.UnsupportedValue, $"The grammar's line {line}: {what} cannot be enforced.", param);
    }

    private int TakeUnit()
    {
        var unit = TakeHex(4);
        if (!char.IsHighSurrogate((char)unit) || !TryTake("\\u")) return unit;
        var low = TakeHex(4);
        return char.IsLowSurrogate((char)low) ? char.ConvertToUtf32((char)unit, (char)low) : throw Fail("half a surrogate pair");
    }

    private int TakeHex(int digits)
    {
        if (_position + digits > text.Length
            || !int.TryParse(text.AsSpan(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value is < 0 or > 0x10FFFF)
        {
            throw Fail("a malformed code point");
        }
        _position += digits;
        return value;
    }
}

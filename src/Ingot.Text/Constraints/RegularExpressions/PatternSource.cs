using System.Globalization;
using Ingot.Errors;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary>A pattern being read, and the refusals that name a place in it.</summary>
internal sealed class PatternSource(string text, string? param)
{
    public int Position { get; private set; }

    public bool IsAtEnd => Position >= text.Length;

    /// <summary>The next UTF-16 unit; NUL past the end, which no caller takes for itself without asking <see cref="IsAtEnd"/>.</summary>
    public char Next => IsAtEnd ? '\0' : text[Position];

    public bool StartsWith(string what) => string.CompareOrdinal(text, Position, what, 0, what.Length) == 0;

    public bool TryTake(string what)
    {
        if (!StartsWith(what)) return false;
        Position += what.Length;
        return true;
    }

    public int TakeCodePoint()
    {
        if (IsAtEnd) throw Malformed("an end in the middle");
        var first = text[Position++];
        if (!char.IsSurrogate(first)) return first;
        if (!IsAtEnd && char.IsSurrogatePair(first, text[Position])) return char.ConvertToUtf32(first, text[Position++]);
        throw Malformed("half a surrogate pair");
    }

    public string? TakeUntil(char end)
    {
        var at = text.IndexOf(end, Position);
        if (at < 0) return null;
        var part = text[Position..at];
        Position = at + 1;
        return part;
    }

    public int? TakeNumber()
    {
        var start = Position;
        while (char.IsAsciiDigit(Next)) Position++;
        if (start == Position) return null;
        return int.TryParse(text.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Malformed("a number too large");
    }

    public int TakeHex(int digits)
    {
        if (Position + digits > text.Length || !int.TryParse(text.AsSpan(Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw Malformed("a malformed code point");
        Position += digits;
        return value;
    }

    public void MoveTo(int position) => Position = position;

    public IngotException Malformed(string what) =>
        new(ErrorCode.InvalidValue, $"The regular expression '{Shown}' has {what} at character {Position}.", param);

    public IngotException Unsupported(string what) =>
        new(ErrorCode.UnsupportedValue, $"The regular expression '{Shown}' uses {what} at character {Position}, which cannot be enforced.", param);

    private string Shown => text.Length <= 80 ? text : text[..80] + "…";
}

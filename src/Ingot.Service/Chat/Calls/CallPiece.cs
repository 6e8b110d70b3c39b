namespace Ingot.Service.Chat.Calls;

/// <summary>A part of the text of a function call.</summary>
internal abstract record CallPiece
{
    /// <summary>Always the same text. White space in it is the usual one; models may write less or more.</summary>
    internal sealed record Text(string Content) : CallPiece;

    /// <summary>The function's name.</summary>
    internal sealed record Name : CallPiece;

    /// <summary>All the arguments.</summary>
    internal sealed record Arguments : CallPiece;

    /// <summary>An id the model gives the call: letters and digits. Nobody needs it.</summary>
    internal sealed record Id : CallPiece;

    /// <summary>A number the model gives the call. Nobody needs it.</summary>
    internal sealed record Number : CallPiece;

    /// <summary>One argument's name.</summary>
    internal sealed record Key : CallPiece;

    /// <summary>One argument's value.</summary>
    internal sealed record Value : CallPiece;

    /// <summary>What some models write and others leave out.</summary>
    internal sealed record Optional(IReadOnlyList<CallPiece> Pieces) : CallPiece;

    /// <summary>
    /// Reads a pattern: text in which <c>$name</c>, <c>$arguments</c>, <c>$id</c>, <c>$number</c>, <c>$key</c> and <c>$value</c>
    /// stand for what differs, and <c>(?</c> and <c>?)</c> enclose what may be missing and begins with text.
    /// </summary>
    /// <exception cref="ArgumentException">The pattern is none.</exception>
    internal static IReadOnlyList<CallPiece> Parse(string pattern)
    {
        var rest = pattern;
        var pieces = Read(ref rest);
        return rest.Length == 0 ? pieces : throw new ArgumentException($"'{pattern}' closes what it did not open.");
    }

    private static List<CallPiece> Read(ref string rest)
    {
        List<CallPiece> pieces = [];
        while (rest.Length > 0)
        {
            var at = rest.AsSpan().IndexOfAny("$(?");
            while (at >= 0 && !IsSign(rest.AsSpan(at)))
            {
                var next = rest.AsSpan(at + 1).IndexOfAny("$(?");
                at = next < 0 ? -1 : at + 1 + next;
            }

            var text = at < 0 ? rest : rest[..at];
            if (text.Length > 0)
                pieces.Add(new Text(text));
            rest = rest[text.Length..];
            if (rest.StartsWith("?)", StringComparison.Ordinal))
                break;
            if (rest.Length > 0)
                pieces.Add(ReadSign(ref rest));
        }

        return pieces;
    }

    private static bool IsSign(ReadOnlySpan<char> text) => text is ['$', >= 'a' and <= 'z', ..] or ['(', '?', ..] or ['?', ')', ..];

    private static CallPiece ReadSign(ref string rest)
    {
        if (rest[0] == '(')
        {
            rest = rest[2..];
            var optional = new Optional(Read(ref rest));
            rest = rest.StartsWith("?)", StringComparison.Ordinal) ? rest[2..] : throw new ArgumentException("A pattern opens what it does not close.");
            return optional;
        }

        var length = rest.AsSpan(1).IndexOfAnyExceptInRange('a', 'z') is var end and >= 0 ? end + 1 : rest.Length;
        var word = rest[..length];
        rest = rest[length..];
        return word switch
        {
            "$name" => new Name(),
            "$arguments" => new Arguments(),
            "$id" => new Id(),
            "$number" => new Number(),
            "$key" => new Key(),
            "$value" => new Value(),
            _ => throw new ArgumentException($"'{word}' stands for nothing."),
        };
    }
}

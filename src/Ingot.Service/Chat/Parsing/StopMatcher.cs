namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Ends an answer at the first stop text that is complete, wherever token borders fall. Text that may yet turn out to be
/// one is held back, so no part of a stop text is ever let out. Not thread-safe.
/// </summary>
/// <param name="stops">The stop texts, none empty; none at all lets everything pass at once.</param>
internal sealed class StopMatcher(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>Whether a stop text has come; nothing passes any more.</summary>
    internal bool Matched { get; private set; }

    /// <summary>Takes the next piece of text and gives what is surely part of the answer.</summary>
    internal string Append(string piece)
    {
        if (Matched || piece.Length == 0)
            return "";
        if (stops.Count == 0)
            return piece;
        var text = _held + piece;
        if (FirstMatch(text) is { } start)
        {
            Matched = true;
            _held = "";
            return text[..start];
        }

        var hold = stops.Max(stop => PartialMatch.LengthAtEnd(text, stop));
        _held = text[^hold..];
        return text[..^hold];
    }

    /// <summary>The answer is over: gives what was held back.</summary>
    internal string Flush()
    {
        var held = _held;
        _held = "";
        return held;
    }

    // The one that is complete first wins, as if characters came one by one; of several at once, the longest.
    private int? FirstMatch(string text)
    {
        int? start = null;
        var end = int.MaxValue;
        foreach (var stop in stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < start)))
                (start, end) = (at, at + stop.Length);
        }

        return start;
    }
}

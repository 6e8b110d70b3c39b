namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Tells the thinking at the beginning of an output from the answer after it. White space around the thinking belongs to
/// neither. Markers that come later are text. Not thread-safe.
/// </summary>
/// <param name="markers">What opens and closes the thinking.</param>
/// <param name="startsInside">Whether the prompt itself opened it.</param>
internal sealed class ReasoningParser(OutputMarkers markers, bool startsInside)
{
    private enum Place
    {
        Before,
        Opened,
        Inside,
        Closed,
        After,
    }

    private Place _place = startsInside ? Place.Opened : Place.Before;
    private string _held = "";

    /// <summary>Whether the model is thinking now.</summary>
    internal bool IsInside => _place is Place.Opened or Place.Inside;

    /// <summary>Takes the next piece of output.</summary>
    internal void Append(string piece, List<OutputPart> parts)
    {
        _held += piece;
        while (Advance(parts))
        {
        }
    }

    /// <summary>The output is over: gives what was held back.</summary>
    internal void Flush(List<OutputPart> parts)
    {
        if (_place is Place.Before or Place.After)
            Emit(new OutputPart.Text(_held), _held, parts);
        else if (IsInside)
            Emit(new OutputPart.Reasoning(_held), _held, parts);
        _held = "";
    }

    // Gives true when what is left may be looked at again from another place.
    private bool Advance(List<OutputPart> parts)
    {
        switch (_place)
        {
            case Place.Before:
                return Open(parts);
            case Place.Opened or Place.Closed:
                _held = _held.TrimStart();
                if (_held.Length == 0)
                    return false;
                _place = _place == Place.Opened ? Place.Inside : Place.After;
                return true;
            case Place.Inside:
                return Close(parts);
            default:
                Emit(new OutputPart.Text(_held), _held, parts);
                _held = "";
                return false;
        }
    }

    private bool Open(List<OutputPart> parts)
    {
        var trimmed = _held.TrimStart();
        if (trimmed.StartsWith(markers.Start, StringComparison.Ordinal))
        {
            _held = trimmed[markers.Start.Length..];
            _place = Place.Opened;
            return true;
        }

        if (markers.Start.StartsWith(trimmed, StringComparison.Ordinal))
            return false;
        _place = Place.After;
        return true;
    }

    private bool Close(List<OutputPart> parts)
    {
        var end = _held.IndexOf(markers.End, StringComparison.Ordinal);
        if (end >= 0)
        {
            var last = _held[..end].TrimEnd();
            Emit(new OutputPart.Reasoning(last), last, parts);
            _held = _held[(end + markers.End.Length)..];
            _place = Place.Closed;
            return true;
        }

        var sure = _held[..^PartialMatch.LengthAtEnd(_held, markers.End)].TrimEnd();
        Emit(new OutputPart.Reasoning(sure), sure, parts);
        _held = _held[sure.Length..];
        return false;
    }

    private static void Emit(OutputPart part, string text, List<OutputPart> parts)
    {
        if (text.Length > 0)
            parts.Add(part);
    }
}

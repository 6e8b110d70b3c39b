using System.Text;

namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Finds function calls in output that a grammar holds to their form: what follows an opening marker is a call, so its
/// arguments are given out as they come. White space next to a call belongs to nobody. Not thread-safe.
/// </summary>
/// <param name="markers">What opens and closes a call.</param>
internal sealed class EnforcedCallParser(OutputMarkers markers) : ICallParser
{
    private const string Arguments = "\"arguments\":";
    private readonly JsonStringScan _scan = new();
    private readonly StringBuilder _held = new();
    private Place _place;
    private int _depth;
    private bool _afterCall;

    private enum Place
    {
        Outside,
        Name,
        Arguments,
        End,
    }

    /// <summary>Whether the output stands within a call.</summary>
    internal bool IsInside => _place != Place.Outside;

    /// <inheritdoc/>
    public void Append(string piece, List<OutputPart> parts)
    {
        while (piece.Length > 0)
        {
            piece = _place switch
            {
                Place.Outside => AppendText(piece, parts),
                Place.Name => AppendName(piece, parts),
                Place.Arguments => AppendArguments(piece, parts),
                _ => AppendEnd(piece),
            };
        }
    }

    /// <inheritdoc/>
    public void Flush(List<OutputPart> parts)
    {
        // A call that was cut before its name is no text either.
        if (_place == Place.Outside)
        {
            var text = _held.ToString();
            if (text.Length > 0 && !(_afterCall && string.IsNullOrWhiteSpace(text)))
                parts.Add(new OutputPart.Text(Begin(text)));
        }

        _held.Clear();
    }

    // Each gives what is left of the piece after the place changed.
    private string AppendText(string piece, List<OutputPart> parts)
    {
        _held.Append(piece);
        var text = _held.ToString();
        var at = text.IndexOf(markers.Start, StringComparison.Ordinal);
        var sure = text[..(at >= 0 ? at : text.Length - PartialMatch.LengthAtEnd(text, markers.Start))].TrimEnd();
        if (sure.Length > 0)
        {
            parts.Add(new OutputPart.Text(Begin(sure)));
            _held.Remove(0, sure.Length);
        }

        if (at < 0)
            return "";
        _held.Clear();
        _place = Place.Name;
        return text[(at + markers.Start.Length)..];
    }

    private string Begin(string text)
    {
        var begun = _afterCall ? text.TrimStart() : text;
        _afterCall = false;
        return begun;
    }

    private string AppendName(string piece, List<OutputPart> parts)
    {
        _held.Append(piece);
        var text = _held.ToString();
        var at = text.IndexOf(Arguments, StringComparison.Ordinal);
        var open = at < 0 ? -1 : text.IndexOf('{', at);
        if (open < 0)
            return "";
        parts.Add(new OutputPart.CallStart(text[..at].Split('"')[3]));
        _held.Clear();
        _place = Place.Arguments;
        return text[open..];
    }

    private string AppendArguments(string piece, List<OutputPart> parts)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            _scan.Append(piece[i]);
            if (_scan.InString || piece[i] is not ('{' or '}'))
                continue;
            _depth += piece[i] == '{' ? 1 : -1;
            if (_depth > 0)
                continue;
            parts.Add(new OutputPart.CallArguments(piece[..(i + 1)]));
            _place = Place.End;
            return piece[(i + 1)..];
        }

        parts.Add(new OutputPart.CallArguments(piece));
        return "";
    }

    private string AppendEnd(string piece)
    {
        _held.Append(piece);
        var text = _held.ToString();
        var at = text.IndexOf(markers.End, StringComparison.Ordinal);
        if (at < 0)
            return "";
        _held.Clear();
        _scan.Reset();
        (_place, _afterCall) = (Place.Outside, true);
        return text[(at + markers.End.Length)..];
    }
}

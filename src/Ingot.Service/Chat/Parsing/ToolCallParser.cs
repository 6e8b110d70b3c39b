using System.Text;

namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Finds function calls between markers in a model's output. What begins like a marker and is none, and what stands
/// between markers and is no call, is let out as the text it is. White space next to a call belongs to nobody.
/// Not thread-safe.
/// </summary>
/// <param name="markers">What opens and closes a call.</param>
internal sealed class ToolCallParser(OutputMarkers markers) : ICallParser
{
    private readonly StringBuilder _body = new();
    private readonly JsonStringScan _scan = new();
    private string _held = "";
    private bool _inside;
    private bool _afterCall;
    private int _firstEnd = -1;

    /// <inheritdoc/>
    public void Append(string piece, List<OutputPart> parts)
    {
        while (piece.Length > 0)
            piece = _inside ? AppendInside(piece, parts) : AppendOutside(piece, parts);
    }

    /// <inheritdoc/>
    public void Flush(List<OutputPart> parts)
    {
        while (_inside)
        {
            var body = _body.ToString();
            if (ToolCallText.Parse(body) is { } calls)
            {
                TakeCalls(calls, parts);
            }
            else if (_firstEnd < 0)
            {
                Reject(body, parts);
            }
            else
            {
                // An open quote hid every later marker: the first one counts after all.
                var rest = body[_firstEnd..];
                Reject(body[.._firstEnd], parts);
                Append(rest, parts);
            }
        }

        if (!_afterCall || !string.IsNullOrWhiteSpace(_held))
            LetOut(parts, _held.Length);
        _held = "";
    }

    // Both give what is left of the piece after the place changed.
    private string AppendOutside(string piece, List<OutputPart> parts)
    {
        _held += piece;
        var at = _held.IndexOf(markers.Start, StringComparison.Ordinal);
        if (at < 0)
        {
            LetOut(parts, _held.AsSpan(0, _held.Length - PartialMatch.LengthAtEnd(_held, markers.Start)).TrimEnd().Length);
            return "";
        }

        var rest = _held[(at + markers.Start.Length)..];
        _held = _held[..at];
        LetOut(parts, _held.AsSpan().TrimEnd().Length);
        _inside = true;
        return rest;
    }

    private string AppendInside(string piece, List<OutputPart> parts)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            _body.Append(piece[i]);
            _scan.Append(piece[i]);
            if (piece[i] == markers.End[^1] && EndsWithMarker() && CloseBody(parts))
                return piece[(i + 1)..];
        }

        return "";
    }

    // A marker within a JSON string is part of the arguments, unless nothing ever closes the string: see Flush.
    private bool CloseBody(List<OutputPart> parts)
    {
        if (_scan.InString)
        {
            if (_firstEnd < 0)
                _firstEnd = _body.Length;
            return false;
        }

        if (ToolCallText.Parse(_body.ToString(0, _body.Length - markers.End.Length)) is { } calls)
            TakeCalls(calls, parts);
        else
            Reject(_body.ToString(), parts);
        return true;
    }

    private bool EndsWithMarker()
    {
        if (_body.Length < markers.End.Length)
            return false;
        for (var i = 0; i < markers.End.Length; i++)
        {
            if (_body[_body.Length - markers.End.Length + i] != markers.End[i])
                return false;
        }

        return true;
    }

    private void TakeCalls(IReadOnlyList<OutputPart.Call> calls, List<OutputPart> parts)
    {
        parts.AddRange(calls);
        _held = "";
        _afterCall = true;
        LeaveBody();
    }

    // What stood between the markers is text, its white space and markers included.
    private void Reject(string body, List<OutputPart> parts)
    {
        _held += markers.Start + body;
        LeaveBody();
        LetOut(parts, _held.Length);
    }

    private void LeaveBody()
    {
        _inside = false;
        _firstEnd = -1;
        _body.Clear();
        _scan.Reset();
    }

    private void LetOut(List<OutputPart> parts, int length)
    {
        if (length == 0)
            return;
        var text = _held[..length];
        _held = _held[length..];
        if (_afterCall)
            text = text.TrimStart();
        _afterCall = false;
        if (text.Length > 0)
            parts.Add(new OutputPart.Text(text));
    }
}

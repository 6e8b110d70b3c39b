using System.Text;
using Ingot.Service.Chat.Calls;

namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Finds function calls in output that nothing holds to their form. What begins like a call and is none is let out as the
/// text it is. White space next to a call belongs to nobody. Not thread-safe.
/// </summary>
/// <param name="format">How the model writes calls.</param>
internal sealed class FreeCallParser(CallFormat format) : ICallParser
{
    /// <summary>How often a block without a closing marker may look whole and be none.</summary>
    private const int MaxTries = 16;

    /// <summary>White space before what may begin a call.</summary>
    private const int MaxIndent = 256;

    private readonly string _opening = format.Opening ?? "";
    private readonly string? _closing = format.Closing;
    private readonly StringBuilder _body = new();
    private readonly JsonStringScan _scan = new();
    private readonly HeldSpace _space = new();
    private string _held = "";
    private bool _inside = format.StartsAnswer;
    private bool _afterCall;
    private int _firstEnd = -1;
    private int _depth = Depth(format.Opening);
    private int _tries;

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
            if (CallText.Read(format, _opening, body, "", isOver: true) is { } calls)
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

        _held += _space.Take();
        if (!_afterCall || !string.IsNullOrWhiteSpace(_held))
            LetOut(parts, _held.Length);
        _held = "";
    }

    // Both give what is left of the piece after the place changed.
    private string AppendOutside(string piece, List<OutputPart> parts)
    {
        if (_space.TryHold(piece, _held.Length == 0))
            return "";
        _held += _space.Take() + piece;
        var at = _opening.Length == 0 ? -1 : _held.IndexOf(_opening, StringComparison.Ordinal);
        if (at < 0)
        {
            LetOut(parts, _held.AsSpan(0, _held.Length - PartialMatch.LengthAtEnd(_held, _opening)).TrimEnd().Length);
            return "";
        }

        var rest = _held[(at + _opening.Length)..];
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
            if (_closing is null ? CloseUnmarked(piece[i], parts) : piece[i] == _closing[^1] && EndsWithMarker(_closing) && CloseBody(_closing, parts))
                return piece[(i + 1)..];
        }

        return "";
    }

    // Without a marker, calls may be whole wherever all brackets are closed.
    private bool CloseUnmarked(char c, List<OutputPart> parts)
    {
        if (format.StartsAnswer && _depth == 0 && _tries == 0 && !MayBegin())
        {
            Reject(_body.ToString(), parts);
            return true;
        }

        if (_scan.InString || c is not ('{' or '[' or '}' or ']'))
            return false;
        _depth += c is '{' or '[' ? 1 : -1;
        if (_depth > 0)
            return false;
        if (CallText.Read(format, _opening, _body.ToString(), "") is { } calls)
            TakeCalls(calls, parts);
        else if (_depth < 0 || ++_tries >= MaxTries || format.StartsAnswer)
            Reject(_body.ToString(), parts);
        return !_inside;
    }

    private bool MayBegin()
    {
        if (_body.Length > MaxIndent)
            return false;
        var text = _body.ToString().TrimStart();
        return text.Length == 0 || text[0] is '{' or '[' || format.Markers.Any(marker =>
            marker.StartsWith(text, StringComparison.Ordinal) || text.StartsWith(marker, StringComparison.Ordinal));
    }

    // A marker within a JSON string is part of the arguments, unless nothing ever closes the string: see Flush.
    private bool CloseBody(string closing, List<OutputPart> parts)
    {
        if (_scan.InString && format.Parameter is null)
        {
            if (_firstEnd < 0)
                _firstEnd = _body.Length;
            return false;
        }

        if (CallText.Read(format, _opening, _body.ToString(0, _body.Length - closing.Length), closing) is { } calls)
            TakeCalls(calls, parts);
        else
            Reject(_body.ToString(), parts);
        return true;
    }

    private bool EndsWithMarker(string marker)
    {
        if (_body.Length < marker.Length)
            return false;
        for (var i = 0; i < marker.Length; i++)
        {
            if (_body[_body.Length - marker.Length + i] != marker[i])
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
        _held += _opening + body;
        LeaveBody();
        LetOut(parts, _held.Length);
    }

    private void LeaveBody()
    {
        (_inside, _firstEnd, _depth, _tries) = (false, -1, Depth(format.Opening), 0);
        _body.Clear();
        _scan.Reset();
    }

    private static int Depth(string? opening) => (opening ?? "").Sum(c => c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0);

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

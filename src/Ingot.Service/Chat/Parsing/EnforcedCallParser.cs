using System.Text;
using Ingot.Service.Chat.Calls;

namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Finds function calls in output that a grammar holds to their form: what an opening marker begins is a call, so its
/// arguments are given out as they come. White space next to a call belongs to nobody. Not thread-safe.
/// </summary>
/// <param name="format">How the model writes calls.</param>
/// <param name="targets">The functions that can be called.</param>
internal sealed class EnforcedCallParser(CallFormat format, CallTargets targets) : ICallParser
{
    private readonly string _opening = format.Opening ?? "";

    // Outside a block what may be its beginning or white space beside it; inside what came before its first call.
    private readonly StringBuilder _held = new();
    private readonly HeldSpace _space = new();
    private CallWalk? _walk = format.StartsAnswer ? new CallWalk(format, targets) : null;
    private bool _afterCall;

    /// <summary>Whether the output surely stands within a call.</summary>
    internal bool IsInside => _walk is not null && (!format.StartsAnswer || _walk.HasCalls);

    /// <inheritdoc/>
    public void Append(string piece, List<OutputPart> parts)
    {
        while (piece.Length > 0)
            piece = _walk is null ? AppendText(piece, parts) : AppendCalls(_walk, piece, parts);
    }

    /// <inheritdoc/>
    public void Flush(List<OutputPart> parts)
    {
        // A call that was cut before its name is no text either; what only may have become one is.
        var isText = _walk is null || (format.StartsAnswer && !_walk.HasCalls);
        var text = _held.Append(_space.Take()).ToString();
        if (isText && text.Length > 0 && !(_afterCall && string.IsNullOrWhiteSpace(text)))
            parts.Add(new OutputPart.Text(Begin(text)));
        _held.Clear();
    }

    // Each gives what is left of the piece after the place changed.
    private string AppendText(string piece, List<OutputPart> parts)
    {
        if (_space.TryHold(piece, _held.Length == 0))
            return "";
        _held.Append(_space.Take()).Append(piece);
        var text = _held.ToString();
        var at = _opening.Length == 0 ? -1 : text.IndexOf(_opening, StringComparison.Ordinal);
        var sure = text[..(at >= 0 ? at : text.Length - PartialMatch.LengthAtEnd(text, _opening))].TrimEnd();
        if (sure.Length > 0)
        {
            parts.Add(new OutputPart.Text(Begin(sure)));
            _held.Remove(0, sure.Length);
        }

        if (at < 0)
            return "";
        _held.Clear();
        _walk = new CallWalk(format, targets);
        return text[at..];
    }

    private string Begin(string text)
    {
        var begun = _afterCall ? text.TrimStart() : text;
        _afterCall = false;
        return begun;
    }

    private string AppendCalls(CallWalk walk, string piece, List<OutputPart> parts)
    {
        var taken = walk.Read(piece, parts);
        if (!walk.HasCalls)
            _held.Append(piece, 0, taken);
        if (!walk.HasFailed && !walk.IsDone)
            return "";
        _walk = null;
        _afterCall = walk.HasCalls;
        if (walk.HasCalls)
        {
            _held.Clear();
            return piece[taken..];
        }

        var text = _held.ToString();
        _held.Clear();
        if (_opening.Length == 0)
            return text + piece[taken..];
        parts.Add(new OutputPart.Text(text));
        return piece[taken..];
    }
}

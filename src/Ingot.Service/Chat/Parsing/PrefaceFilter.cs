namespace Ingot.Service.Chat.Parsing;

/// <summary>
/// Takes away what text that is no call begins with in some formats, and gives back what the prompt has taken from calls.
/// Not thread-safe.
/// </summary>
/// <param name="preface">What text begins with; not empty.</param>
/// <param name="opened">The part of it that the prompt wrote; empty for none.</param>
internal sealed class PrefaceFilter(string preface, string opened)
{
    private string _held = opened;
    private bool _hasBegun;
    private bool _isOver;

    /// <summary>Takes the next piece of output and gives what is certain.</summary>
    public string Append(string piece)
    {
        if (_isOver)
            return piece;
        _hasBegun = true;
        _held += piece;
        if (preface.Length > _held.Length && preface.StartsWith(_held, StringComparison.Ordinal))
            return "";
        _isOver = true;
        return _held.StartsWith(preface, StringComparison.Ordinal) ? _held[preface.Length..] : _held;
    }

    /// <summary>The output is over: gives what was held back.</summary>
    public string Flush()
    {
        var held = _isOver || !_hasBegun ? "" : _held;
        _isOver = true;
        return held;
    }
}

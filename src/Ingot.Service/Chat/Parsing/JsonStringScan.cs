namespace Ingot.Service.Chat.Parsing;

/// <summary>Follows JSON text character by character and knows whether it stands within a string.</summary>
internal sealed class JsonStringScan
{
    private bool _escaped;

    /// <summary>Whether a quote is open.</summary>
    internal bool InString { get; private set; }

    /// <summary>Takes the next character.</summary>
    internal void Append(char c)
    {
        if (_escaped)
            _escaped = false;
        else if (c == '\\')
            _escaped = InString;
        else if (c == '"')
            InString = !InString;
    }

    /// <summary>Begins anew.</summary>
    internal void Reset() => (InString, _escaped) = (false, false);
}

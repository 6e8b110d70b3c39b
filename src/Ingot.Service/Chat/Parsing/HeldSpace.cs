using System.Text;

namespace Ingot.Service.Chat.Parsing;

/// <summary>White space that may turn out to stand beside a call, however much of it comes in however small pieces.</summary>
internal sealed class HeldSpace
{
    private readonly StringBuilder _held = new();

    /// <summary>Keeps a piece that is nothing but white space.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="isFirst">Whether nothing else is held back before it.</param>
    /// <returns>False when the piece is more than that, and not kept.</returns>
    public bool TryHold(string piece, bool isFirst)
    {
        if (!isFirst || !string.IsNullOrWhiteSpace(piece))
            return false;
        _held.Append(piece);
        return true;
    }

    /// <summary>Gives what is kept.</summary>
    public string Take()
    {
        var held = _held.ToString();
        _held.Clear();
        return held;
    }
}

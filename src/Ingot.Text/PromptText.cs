namespace Ingot.Text;

/// <summary>
/// A rendered prompt that remembers which parts came from outside (message contents, names, tool definitions).
/// Special-token text inside those parts is ordinary text and must never become the special token.
/// </summary>
/// <param name="Text">The whole prompt, UTF-16.</param>
/// <param name="UntrustedSpans">The parts not written by the model's own template; ascending, not overlapping, not empty.</param>
public sealed record PromptText(string Text, IReadOnlyList<TextSpan> UntrustedSpans);

/// <summary>A range of a text.</summary>
/// <param name="Start">Index of the first UTF-16 unit, from 0.</param>
/// <param name="Length">Number of UTF-16 units, at least 1.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Index just past the last UTF-16 unit.</summary>
    public int End => Start + Length;
}

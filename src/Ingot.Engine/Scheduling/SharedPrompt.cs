namespace Ingot.Engine.Scheduling;

/// <summary>
/// Sequences that continue the same prompt. The first to run computes it; the others wait for that and then find its full
/// cache blocks. What is left, at least the prompt's last token and at most a block of tokens, each computes for itself:
/// it needs that token's logits, and writes on into that block.
/// </summary>
/// <param name="promptLength">Tokens of the prompt.</param>
/// <param name="blockSize">Tokens of a block.</param>
internal sealed class SharedPrompt(int promptLength, int blockSize)
{
    private readonly List<Sequence> _members = [];
    private readonly int _tokens = (promptLength - 1) / blockSize * blockSize;

    public void Add(Sequence member) => _members.Add(member);

    /// <summary>Whether a running member has yet to compute what the others can find.</summary>
    public bool IsBeingComputed() => _members.Exists(member => member.State is SequenceState.Running && member.Computed < _tokens);
}

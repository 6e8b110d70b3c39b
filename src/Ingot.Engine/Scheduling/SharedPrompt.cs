namespace Ingot.Engine.Scheduling;

/// <summary>
/// Sequences that continue the same prompt. The first to run computes it; the others wait for that and then hold the same
/// cache blocks, as far as these are full. What is left, at least the prompt's last token and at most a block of tokens, each
/// computes for itself: it needs that token's logits, and writes on into that block.
/// </summary>
/// <param name="promptLength">Tokens of the prompt.</param>
/// <param name="blockSize">Tokens of a block.</param>
internal sealed class SharedPrompt(int promptLength, int blockSize)
{
    private readonly List<Sequence> _members = [];

    /// <summary>Full blocks that all members can hold; none for a short prompt.</summary>
    public int Blocks { get; } = (promptLength - 1) / blockSize;

    /// <summary>The tokens in them.</summary>
    public int Tokens => Blocks * blockSize;

    public void Add(Sequence member) => _members.Add(member);

    /// <summary>A running member whose blocks another can hold; null when there is none.</summary>
    public Sequence? Giver() => Blocks == 0 ? null : _members.Find(member => member.State is SequenceState.Running && member.Computed >= Tokens);

    /// <summary>Whether a running member is on its way to become a giver.</summary>
    public bool IsBeingComputed() => _members.Exists(member => member.State is SequenceState.Running && member.Computed < Tokens);
}

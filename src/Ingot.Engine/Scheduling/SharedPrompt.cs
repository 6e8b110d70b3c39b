namespace Ingot.Engine.Scheduling;

/// <summary>
/// Sequences that continue the same prompt. The first to run computes it; the others wait for that, and then go on from its blocks and
/// choose their first tokens by its last logits (<see cref="CanFork"/>). Who cannot at that moment, for want of a place or of room, finds
/// the prompt's full blocks later and computes what is left, at least its last token and at most a block of tokens.
/// </summary>
/// <param name="promptLength">Tokens of the prompt.</param>
/// <param name="blockSize">Tokens of a block.</param>
/// <param name="canFork">Whether blocks can be copied, so that several may go on from one that is not full.</param>
internal sealed class SharedPrompt(int promptLength, int blockSize, bool canFork)
{
    private readonly List<Sequence> _members = [];

    /// <summary>How many of its first tokens are in full blocks, its last one never.</summary>
    public int FullTokens { get; } = (promptLength - 1) / blockSize * blockSize;

    public void Add(Sequence member) => _members.Add(member);

    /// <summary>Whether a member can go on from where another one, as far as itself, has just read the prompt to its end.</summary>
    public bool CanFork(Sequence member) => canFork && member is { GeneratedCount: 0, ScoresPrompt: false };

    /// <summary>Whether a running member has yet to compute what a waiting one can go on from.</summary>
    public bool IsBeingComputedFor(Sequence waiting)
    {
        foreach (Sequence member in _members)
        {
            int needed = CanFork(waiting) && CanFork(member) ? promptLength : FullTokens;
            if (member.State is SequenceState.Running && member.Computed < needed && member.LongestInRange == waiting.LongestInRange)
                return true;
        }
        return false;
    }
}

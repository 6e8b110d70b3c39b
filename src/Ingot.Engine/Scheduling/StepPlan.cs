using Ingot.Engine.KvCache;

namespace Ingot.Engine.Scheduling;

/// <summary>What one step computes, in batch order. One instance is filled again for every step.</summary>
internal sealed class StepPlan
{
    private readonly List<PlannedTokens> _parts = [];

    /// <summary>The parts, in batch order. By the list's own type, whose enumerators claim no memory.</summary>
    public List<PlannedTokens> Parts => _parts;

    /// <summary>What is to be copied, in this order, before the step writes.</summary>
    public List<BlockCopy> Copies { get; } = [];

    public int TokenCount { get; private set; }

    /// <summary>How many parts are forks.</summary>
    public int ForkCount { get; private set; }

    public bool IsEmpty => _parts.Count == 0;

    public void Clear()
    {
        _parts.Clear();
        Copies.Clear();
        TokenCount = ForkCount = 0;
    }

    public void Add(PlannedTokens part)
    {
        _parts.Add(part);
        TokenCount += part.TokenCount;
    }

    /// <summary>The part that reads a prompt to its end; null when none does.</summary>
    public int? EndOf(SharedPrompt prompt)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            PlannedTokens part = _parts[i];
            if (part.Sequence.Shared == prompt && part is { YieldsToken: true, IsFork: false } && prompt.CanFork(part.Sequence))
                return i;
        }
        return null;
    }

    /// <summary>Has a sequence choose by the last logits of a part too, which yields: it stands behind that.</summary>
    public void AddFork(int part, Sequence sequence)
    {
        do
            part++;
        while (part < _parts.Count && _parts[part].IsFork);
        _parts.Insert(part, new PlannedTokens(sequence, 0));
        ForkCount++;
    }

    /// <summary>Has a part, which yields, compute some of its sequence's draft too.</summary>
    public void AddDraft(int part, int draft)
    {
        _parts[part] = _parts[part] with { Draft = draft };
        TokenCount += draft;
    }
}

/// <summary>The tokens [Computed, Computed + Count + Draft) of one sequence; or none, of one that goes on from what the part before it computes.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Count">How many known ones, at least 1; of a fork 0.</param>
/// <param name="Draft">How many guessed ones after them; 0 unless these are all that are known.</param>
internal readonly record struct PlannedTokens(Sequence Sequence, int Count, int Draft = 0)
{
    /// <summary>Whether it computes nothing and chooses by the last row of the part before it that does.</summary>
    public bool IsFork => Count == 0;

    /// <summary>Rows of the step.</summary>
    public int TokenCount => Count + Draft;

    /// <summary>True when these are the last known tokens, so that the step yields the next one.</summary>
    public bool YieldsToken => Count == Sequence.Pending;

    /// <summary>Rows whose logits are wanted: those that tell of a prompt's next tokens, and those after the last known token and after each guessed one.</summary>
    public int LogitRowCount => Sequence.LogitRows(Count) + Draft;

    /// <summary>How many of these, the first ones, tell of a prompt's next tokens.</summary>
    public int ScoredRowCount => IsFork ? 0 : LogitRowCount - (YieldsToken ? 1 + Draft : 0);

    /// <summary>True when the sequence answers: by one token, or by several that were forced on it.</summary>
    public bool IsDecode => !Sequence.IsReading;
}

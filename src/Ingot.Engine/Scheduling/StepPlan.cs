namespace Ingot.Engine.Scheduling;

/// <summary>What one step computes, in batch order. One instance is filled again for every step.</summary>
internal sealed class StepPlan
{
    private readonly List<PlannedTokens> _parts = [];

    public IReadOnlyList<PlannedTokens> Parts => _parts;

    public int TokenCount { get; private set; }

    public bool IsEmpty => _parts.Count == 0;

    public void Clear()
    {
        _parts.Clear();
        TokenCount = 0;
    }

    public void Add(PlannedTokens part)
    {
        _parts.Add(part);
        TokenCount += part.Count;
    }
}

/// <summary>The tokens [Computed, Computed + Count) of one sequence.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Count">How many, at least 1.</param>
internal readonly record struct PlannedTokens(Sequence Sequence, int Count)
{
    /// <summary>True when these are the last known tokens, so that the step yields the next one.</summary>
    public bool YieldsToken => Count == Sequence.Pending;

    /// <summary>True when the sequence has generated before and goes on by one token.</summary>
    public bool IsDecode => Sequence.Computed >= Sequence.PromptLength;
}

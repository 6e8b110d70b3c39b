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
        TokenCount += part.TokenCount;
    }

    /// <summary>Has a part, which yields, compute some of its sequence's draft too.</summary>
    public void AddDraft(int part, int draft)
    {
        _parts[part] = _parts[part] with { Draft = draft };
        TokenCount += draft;
    }
}

/// <summary>The tokens [Computed, Computed + Count + Draft) of one sequence.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Count">How many known ones, at least 1.</param>
/// <param name="Draft">How many guessed ones after them; 0 unless these are all that are known.</param>
internal readonly record struct PlannedTokens(Sequence Sequence, int Count, int Draft = 0)
{
    /// <summary>Rows of the step.</summary>
    public int TokenCount => Count + Draft;

    /// <summary>True when these are the last known tokens, so that the step yields the next one.</summary>
    public bool YieldsToken => Count == Sequence.Pending;

    /// <summary>Rows whose logits are wanted: those that tell of a prompt's next tokens, and those after the last known token and after each guessed one.</summary>
    public int LogitRowCount => Sequence.LogitRows(Count) + Draft;

    /// <summary>How many of these, the first ones, tell of a prompt's next tokens.</summary>
    public int ScoredRowCount => LogitRowCount - (YieldsToken ? 1 + Draft : 0);

    /// <summary>True when the sequence has generated before and goes on by one token.</summary>
    public bool IsDecode => Sequence.Computed >= Sequence.PromptLength;
}

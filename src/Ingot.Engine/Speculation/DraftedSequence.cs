using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Speculation;

/// <summary>A sequence, what it may say next, and how much of that is to be computed.</summary>
internal sealed class DraftedSequence(Sequence sequence, Drafter drafter, int mostDraft)
{
    private readonly int[] _tokens = new int[mostDraft];
    private readonly float[] _chances = new float[mostDraft];
    private int _count, _tried, _chosen;

    /// <summary>How likely the next token not yet tried is right; null when there is none.</summary>
    public float? NextChance => _tried < _count ? _chances[_tried] : null;

    /// <summary>Tries one token more, and says how likely it is right.</summary>
    public float TryNext() => _chances[_tried++];

    /// <summary>What is tried now is the best so far.</summary>
    public void Choose() => _chosen = _tried;

    /// <summary>Guesses anew.</summary>
    public void Look()
    {
        drafter.Watch(sequence);
        int most = Math.Clamp(sequence.MostDraft, 0, mostDraft);
        _tried = _chosen = 0;
        _count = drafter.Guess(_tokens.AsSpan(0, most), _chances.AsSpan(0, most));
        for (int i = 0; i < _count; i++)
        {
            // Nothing follows an end.
            if (sequence.EndTokens.Contains(_tokens[i]))
                _count = i + 1;
        }
    }

    /// <summary>Has the best computed.</summary>
    public void Apply() => sequence.Guess(_tokens.AsSpan(0, _chosen));
}

using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Speculation;

/// <summary>A sequence, what it may say next, and how much of that is to be computed.</summary>
internal sealed class DraftedSequence(Generation generation, Drafter drafter, int mostDraft)
{
    private readonly int[] _tokens = new int[mostDraft];
    private readonly float[] _chances = new float[mostDraft];
    private int _count, _certain, _tried, _chosen;

    /// <summary>How likely the next token not yet tried is right; null when there is none.</summary>
    public float? NextChance => _tried < _count ? _chances[_tried] : null;

    /// <summary>Tries one token more.</summary>
    /// <param name="row">What a row is worth that a step to come need not compute, in tokens.</param>
    /// <returns>The tokens that are won by it, on average.</returns>
    public double TryNext(double row)
    {
        // What is certain to follow needs no row to be chosen by: only the last one's row says anything new.
        bool isRowOnly = _tried >= _count - _certain - 1 && _tried < _count - 1 && _certain > 0;
        return _chances[_tried++] * (isRowOnly ? row : 1);
    }

    /// <summary>What is tried now is the best so far.</summary>
    public void Choose() => _chosen = _tried;

    /// <summary>Guesses anew.</summary>
    public void Look()
    {
        Sequence sequence = generation.Sequence;
        drafter.Watch(sequence);
        int most = Math.Clamp(sequence.MostDraft, 0, mostDraft);
        _tried = _chosen = _certain = 0;
        _count = drafter.Guess(_tokens.AsSpan(0, most), _chances.AsSpan(0, most));

        // Nothing follows an end, so that its own row would say nothing.
        for (int i = 0; i < _count; i++)
        {
            if (sequence.EndTokens.Contains(_tokens[i]))
                _count = i;
        }
        _count = generation.FitGuess(_tokens.AsSpan(0, most), _count, out _certain);
        for (int i = _count - _certain; i < _count; i++)
            _chances[i] = _chances[i - 1];
    }

    /// <summary>Has the best computed.</summary>
    public void Apply() => generation.Sequence.Guess(_tokens.AsSpan(0, _chosen));
}

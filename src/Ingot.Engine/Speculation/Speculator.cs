using Ingot.Engine.Scheduling;

namespace Ingot.Engine.Speculation;

/// <summary>
/// Decides how much of what generations may say next is computed before it is known. A guess that comes true saves a step, one
/// that does not costs a row: as many are computed as make the most tokens a second, by what rows cost here and how often
/// guesses come true; mostly none where many generations share a step anyway. The engine thread owns it.
/// </summary>
/// <param name="mostDraft">Tokens guessed for one generation at once; 0 for none ever.</param>
/// <param name="keepsAnswers">Whether what one has said may help another of its scope who asks the same.</param>
/// <param name="cost">What steps cost.</param>
internal sealed class Speculator(int mostDraft, bool keepsAnswers, StepCost cost)
{
    /// <summary>Guessed tokens in a step, at most: their logits take memory.</summary>
    public const int MostRows = 32;

    private const int KeptTokens = 1 << 20;

    // Estimates are not exact, and a step with guesses does more besides the model.
    private const double LeastGain = 1.03;

    private readonly AnswerStore _answers = new(KeptTokens);
    private readonly List<DraftedSequence> _drafted = [];

    /// <summary>Puts guesses into the sequences of generations that are under way.</summary>
    public void Guess(Dictionary<Sequence, Generation>.ValueCollection generations)
    {
        if (mostDraft == 0)
            return;
        int rows = 0;
        foreach (Generation generation in generations)
        {
            Sequence sequence = generation.Sequence;
            if (sequence.State is not SequenceState.Running || sequence.GeneratedCount == 0)
                continue;
            DraftedSequence drafted = generation.Drafted ??= Begin(generation);
            drafted.Look();
            _drafted.Add(drafted);
            rows += sequence.Pending;
        }
        Choose(rows);
        foreach (DraftedSequence drafted in _drafted)
            drafted.Apply();
        _drafted.Clear();
    }

    /// <summary>Keeps what a generation has said, for the next of its scope with the same prompt.</summary>
    public void Keep(Sequence sequence)
    {
        if (mostDraft > 0 && keepsAnswers)
            _answers.Keep(sequence.Scope.Name, sequence.Tokens[..sequence.PromptLength], sequence.Tokens[sequence.PromptLength..]);
    }

    private DraftedSequence Begin(Generation generation)
    {
        Sequence sequence = generation.Sequence;
        ReadOnlySpan<int> earlier = _answers.Find(sequence.Scope.Name, sequence.Tokens[..sequence.PromptLength]);
        return new DraftedSequence(generation, new Drafter(sequence, earlier, generation.Prediction), mostDraft);
    }

    // The likeliest guess of all first, then the next: of all these beginnings the one that makes most tokens a second.
    private void Choose(int rows)
    {
        double tokens = _drafted.Count, best = LeastGain * tokens / cost.Of(rows), row = (cost.Of(1) - cost.Of(0)) * best;
        for (int added = 1; added <= MostRows && Likeliest() is { } next; added++)
        {
            tokens += next.TryNext(row);
            double speed = tokens / cost.Of(rows + added);
            if (speed <= best)
                continue;
            best = speed;
            foreach (DraftedSequence drafted in _drafted)
                drafted.Choose();
        }
    }
    // Of several the first; null when nobody guesses anything more.
    private DraftedSequence? Likeliest()
    {
        DraftedSequence? likeliest = null;
        foreach (DraftedSequence drafted in _drafted)
        {
            if (drafted.NextChance is { } chance && (likeliest is null || chance > likeliest.NextChance))
                likeliest = drafted;
        }

        return likeliest;
    }
}

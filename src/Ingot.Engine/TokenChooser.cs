using Ingot.Engine.Sampling;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>Chooses what one generation after the other says next from a step's logits. Used by one thread at a time.</summary>
internal sealed class TokenChooser(int vocabularySize)
{
    private readonly SamplingScratch _scratch = new(vocabularySize);

    /// <summary>Puts in what the rows of a prompt say of its tokens, and chooses what comes next where that is wanted.</summary>
    /// <param name="generation">Whose.</param>
    /// <param name="part">Its part of the step.</param>
    /// <param name="logits">The part's rows; changed by the call.</param>
    /// <returns>False when logits were not numbers to choose by.</returns>
    public bool TryRead(Generation generation, PlannedTokens part, Span<float> logits)
    {
        int scored = part.ScoredRowCount * vocabularySize;
        bool chooses = part.YieldsToken && generation.Sequence.MaxTokens > 0;
        return generation.TryScore(logits[..scored], _scratch) && (!chooses || TryChoose(generation, logits[scored..]));
    }

    /// <summary>
    /// Chooses one token after the other for as long as the step has computed what follows: the tokens are those that would be
    /// chosen one step at a time, whatever was guessed.
    /// </summary>
    /// <param name="generation">Whose; its sequence and its constraint learn what was chosen.</param>
    /// <param name="logits">The row after the last known token, then those after each token of the draft; changed by the call.</param>
    /// <returns>False when logits were not numbers to choose by.</returns>
    private bool TryChoose(Generation generation, Span<float> logits)
    {
        do
        {
            int row = generation.Sequence.Yielded.Count;
            if (!TryChooseNext(generation, logits.Slice(row * vocabularySize, vocabularySize)))
                return false;
        }
        while (generation.Sequence.CanYieldMore);
        return true;
    }

    private bool TryChooseNext(Generation generation, Span<float> logits)
    {
        int? top = generation.TopLogProbabilities;
        if (top is not null)
            logits.CopyTo(_scratch.RawLogits);
        if (!generation.Sampler.TryChoose(logits, generation.Constrain(_scratch), _scratch, out int token))
            return false;
        generation.Take(token, top is { } alternatives ? LogProbabilities.Read(_scratch.RawLogits, token, alternatives, _scratch) : null);
        return true;
    }
}

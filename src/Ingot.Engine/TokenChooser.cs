using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Rows;
using Ingot.Engine.Scheduling;

namespace Ingot.Engine;

/// <summary>Chooses what one generation after the other says next from a step's logits. Used by one thread at a time.</summary>
internal sealed class TokenChooser(int vocabularySize)
{
    private readonly SamplingScratch _scratch = new(vocabularySize);

    /// <summary>Who helps with passes over a row; null for nobody.</summary>
    public RowTeam? Team
    {
        set => _scratch.Row.Team = value;
    }

    /// <summary>Puts in what the rows of a prompt say of its tokens, and chooses what comes next where that is wanted.</summary>
    /// <param name="generation">Whose.</param>
    /// <param name="part">Its part of the step.</param>
    /// <param name="logits">The part's rows; changed by the call.</param>
    /// <returns>False when logits were not numbers to choose by.</returns>
    public bool TryRead(Generation generation, PlannedTokens part, Memory<float> logits)
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
    private bool TryChoose(Generation generation, Memory<float> logits)
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

    private bool TryChooseNext(Generation generation, Memory<float> logits)
    {
        int? top = generation.TopLogProbabilities;
        ReadOnlySpan<ulong> allowed = generation.Constrain(_scratch);
        bool changes = top is not null && !(allowed.IsEmpty && generation.Sampler.LeavesLogits);
        if (changes)
            logits.CopyTo(_scratch.RawLogits);
        if (!generation.Sampler.TryChoose(logits, allowed, _scratch, out int token))
            return false;
        if (changes)
            _scratch.Row.LookAt(_scratch.RawLogits);
        if (top is not null && !_scratch.Row.TryFindMax())
            return false;
        generation.Take(token, top is { } alternatives ? LogProbabilities.Read(_scratch.Row, token, alternatives, _scratch.Candidates) : null);
        return true;
    }
}

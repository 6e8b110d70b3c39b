using System.Runtime.InteropServices;
using Ingot.Engine.Sampling.Cuts;
using Ingot.Engine.Sampling.Masks;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling;

/// <summary>
/// Chooses one sequence's tokens by its <see cref="SamplingOptions"/>, in the order stated there.
/// Remembers what was generated and where its random numbers stand. The engine thread owns it.
/// </summary>
/// <remarks>
/// <para>
/// The path of a draw: bias and penalties change the row of logits, a constraint's <see cref="TokenMask"/> makes others negative infinity ("never") or the few that
/// it allows a row of their own. The <see cref="Row"/> finds its largest logit, which is all that a temperature of 0 asks for; by it and the temperature a logit
/// has a weight (<see cref="Weighing"/>). Top-k, min-p and top-p then each say how far down the ranking (<see cref="Rank"/>) tokens are kept. Where these are few,
/// as they usually are, they are picked out and cut one rule after the other (<see cref="Candidates"/>); where they are thousands, they stay where they are and
/// only the place of the cut is found (<see cref="FlatDraw"/>). Either way one random number falls on the weights of the kept.
/// </para>
/// <para>
/// A draw walks the tokens in the order of their ids, not of their rank: floating-point noise that swaps two neighbours in rank then moves the outcome no more
/// than the noise itself. No way of going over a row, by one thread or by a <see cref="RowTeam"/>, changes a bit of it.
/// </para>
/// </remarks>
internal sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Dictionary<int, int> _generated = [];
    private readonly HashSet<int> _seen = [];
    private SamplerRandom _random;

    public Sampler(SamplingOptions options, IReadOnlyList<int> prompt)
    {
        _options = options;
        _random = new SamplerRandom(options.Seed ?? (ulong)Random.Shared.NextInt64());
        if (RepetitionMatters)
            _seen.UnionWith(prompt);
    }

    /// <summary>Whether choosing among all tokens changes no logit.</summary>
    public bool LeavesLogits => !RepetitionMatters && !FrequencyMatters && _options.LogitBias is null;

    private bool RepetitionMatters => _options.RepetitionPenalty != 1;

    private bool FrequencyMatters => _options.PresencePenalty != 0 || _options.FrequencyPenalty != 0;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">One row; changed by the call.</param>
    /// <param name="allowed">A bit for each token that may be chosen; none at all when every token may.</param>
    /// <param name="scratch">For the same vocabulary.</param>
    /// <param name="token">The token chosen.</param>
    /// <returns>False when the logits are not numbers to choose by: NaN, infinite, or all negative infinity.</returns>
    public bool TryChoose(Memory<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch, out int token)
    {
        AdjustLogits(logits.Span);
        if (allowed.IsEmpty || !TokenMask.IsFew(allowed))
        {
            if (!allowed.IsEmpty)
                TokenMask.Apply(allowed, logits.Span);
            token = ChooseIn(logits, scratch);
        }
        else
        {
            // Where few tokens are allowed they are a row of their own, and the others cost nothing.
            int count = TokenMask.Gather(allowed, logits.Span, scratch.FewIds, scratch.FewLogits);
            int place = ChooseIn(scratch.FewLogits.AsMemory(0, count), scratch);
            token = place < 0 ? -1 : scratch.FewIds[place];
        }
        if (token < 0)
            return false;
        Remember(token);
        return true;
    }

    /// <summary>The index of one of the logits; -1 when they are not numbers to choose by.</summary>
    private int ChooseIn(Memory<float> logits, SamplingScratch scratch)
    {
        Row row = scratch.Row;
        row.LookAt(logits);
        if (!row.TryFindMax())
            return -1;
        int drawn = _options.Temperature == 0 ? -1 : Draw(row, scratch);
        return drawn >= 0 ? drawn : row.PlaceOfMax();
    }

    private void AdjustLogits(Span<float> logits)
    {
        if (_options.LogitBias is { } bias)
        {
            foreach ((int token, float value) in bias)
                logits[token] += value;
        }
        foreach (int token in _seen)
        {
            float logit = logits[token];
            logits[token] = logit > 0 ? logit / _options.RepetitionPenalty : logit * _options.RepetitionPenalty;
        }
        foreach ((int token, int count) in _generated)
            logits[token] -= _options.PresencePenalty + (count * _options.FrequencyPenalty);
    }

    /// <summary>Counts a token as generated.</summary>
    internal void Remember(int token)
    {
        if (RepetitionMatters)
            _seen.Add(token);
        if (FrequencyMatters)
            CollectionsMarshal.GetValueRefOrAddDefault(_generated, token, out _)++;
    }

    /// <summary>The place of one of the logits; -1 when no weight was reached, by rounding.</summary>
    private int Draw(Row row, SamplingScratch scratch)
    {
        var weighing = new Weighing(row.Max, _options.Temperature, MinPFloor(row.Max));
        Candidates few = scratch.Candidates;
        return TryPickFew(row, weighing, few)
            ? few.Draw(_random.NextDouble())
            : scratch.Flat.Draw(row, weighing, _options.TopP, _random.NextDouble(), few);
    }

    /// <summary>Picks out the tokens that are drawn from, with their weights.</summary>
    /// <returns>False when they are so many that it is not worth it.</returns>
    private bool TryPickFew(Row row, Weighing weighing, Candidates few)
    {
        double mass;
        if (_options.TopK > 0 && _options.TopK < row.Length)
        {
            few.PickTop(row, _options.TopK);
            if (_options.MinP > 0)
                few.KeepFrom(weighing.Floor);
            mass = _options.TopP * few.Weigh(weighing);
        }
        else if (_options.MinP > 0)
        {
            if (!few.TryPickFrom(row, weighing.Floor))
                return false;
            mass = _options.TopP * few.Weigh(weighing);
        }
        else
        {
            float guess = 0;
            if (_options.TopP == 1 || FlatDraw.IsFlat(row.Maxima, guess = few.GuessCut(row, weighing, _options.TopP)))
                return false;
            double total = row.SumWeights(weighing);
            if (!few.TryPickMass(row, weighing, _options.TopP, total, guess))
                return false;
            mass = _options.TopP * total;
        }
        if (_options.TopP < 1)
            few.KeepMass(mass);
        return true;
    }

    /// <summary>The logit at which the probability is MinP times that of the most likely token.</summary>
    private float MinPFloor(float max) =>
        _options.MinP == 0 ? float.NegativeInfinity : max + (_options.Temperature * MathF.Log(_options.MinP));
}

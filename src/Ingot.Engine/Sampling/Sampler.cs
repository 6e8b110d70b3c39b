using System.Runtime.InteropServices;

namespace Ingot.Engine.Sampling;

/// <summary>
/// Chooses one sequence's tokens by its <see cref="SamplingOptions"/>, in the order stated there.
/// Remembers what was generated and where its random numbers stand. The engine thread owns it.
/// </summary>
/// <remarks>
/// A draw walks the candidates in the order of their ids, not of their rank: floating-point noise that swaps
/// two neighbours in rank then moves the outcome no more than the noise itself.
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

    private bool RepetitionMatters => _options.RepetitionPenalty != 1;

    private bool FrequencyMatters => _options.PresencePenalty != 0 || _options.FrequencyPenalty != 0;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">One row; changed by the call.</param>
    /// <param name="allowed">A bit for each token that may be chosen; none at all when every token may.</param>
    /// <param name="scratch">For the same vocabulary.</param>
    /// <param name="token">The token chosen.</param>
    /// <returns>False when the logits are not numbers to choose by: NaN, infinite, or all negative infinity.</returns>
    public bool TryChoose(Span<float> logits, ReadOnlySpan<ulong> allowed, SamplingScratch scratch, out int token)
    {
        AdjustLogits(logits);
        if (allowed.IsEmpty || !TokenMask.IsFew(allowed))
        {
            if (!allowed.IsEmpty)
                TokenMask.Apply(allowed, logits);
            token = ChooseIn(logits, scratch);
        }
        else
        {
            // Where few tokens are allowed they are a row of their own, and the others cost nothing.
            int count = TokenMask.Gather(allowed, logits, scratch.FewIds, scratch.FewLogits);
            int place = ChooseIn(scratch.FewLogits.AsSpan(0, count), scratch);
            token = place < 0 ? -1 : scratch.FewIds[place];
        }
        if (token < 0)
            return false;
        Remember(token);
        return true;
    }

    /// <summary>The index of one of the logits; -1 when they are not numbers to choose by.</summary>
    private int ChooseIn(ReadOnlySpan<float> logits, SamplingScratch scratch)
    {
        if (!Logits.TryMax(logits, scratch.BlockMaxima, out float max))
            return -1;
        return _options.Temperature == 0 ? Logits.IndexOf(logits, scratch.BlockMaxima, max)
            : _options is { TopK: 0, MinP: 0, TopP: 1 } ? DrawFromAll(logits, max, scratch)
            : DrawFromCandidates(logits, max, scratch);
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

    private int DrawFromAll(ReadOnlySpan<float> logits, float max, SamplingScratch scratch)
    {
        double remaining = _random.NextDouble() * Logits.Exp(logits, [], scratch.BlockSums, max, _options.Temperature);
        int block = 0, last = (logits.Length - 1) / Logits.SumBlock;
        while (block < last && remaining >= scratch.BlockSums[block])
            remaining -= scratch.BlockSums[block++];
        int start = block * Logits.SumBlock;
        ReadOnlySpan<float> drawnFrom = logits[start..Math.Min(start + Logits.SumBlock, logits.Length)];
        Span<float> weights = scratch.Values.AsSpan(0, drawnFrom.Length);
        Logits.Exp(drawnFrom, weights, scratch.BlockSums, max, _options.Temperature);
        int drawn = Draw(weights, remaining);
        return drawn >= 0 ? start + drawn : Logits.IndexOf(logits, scratch.BlockMaxima, max);
    }

    private int DrawFromCandidates(ReadOnlySpan<float> logits, float max, SamplingScratch scratch)
    {
        float temperature = _options.Temperature;
        double mass;
        int count;
        if (_options is { TopK: 0, MinP: 0 })
        {
            double total = Logits.SumExp(logits, max, temperature);
            mass = _options.TopP * total;
            count = Candidates.GatherMass(logits, mass, max, TopPFloor(logits.Length, max, total), temperature, scratch);
            if (count == 0)
                return DrawFromMany(logits, max, mass, scratch);
        }
        else
        {
            count = Candidates.GatherTop(logits, _options.TopK, max, MinPFloor(max), scratch);
            Span<float> values = scratch.Values.AsSpan(0, count);
            mass = _options.TopP * Logits.Exp(values, values, scratch.BlockSums, max, temperature);
        }
        if (_options.TopP < 1)
            count = Candidates.KeepMass(count, mass, scratch);

        ReadOnlySpan<float> weights = scratch.Values.AsSpan(0, count);
        double sum = 0;
        foreach (float weight in weights)
            sum += weight;
        int drawn = Draw(weights, _random.NextDouble() * sum);
        return drawn >= 0 ? scratch.Ids[drawn] : Logits.IndexOf(logits, scratch.BlockMaxima, max);
    }

    private int DrawFromMany(ReadOnlySpan<float> logits, float max, double mass, SamplingScratch scratch)
    {
        Span<float> weights = scratch.Values.AsSpan(0, logits.Length);
        Logits.Exp(logits, weights, scratch.BlockSums, max, _options.Temperature);
        int drawn = FlatDraw.Draw(weights, mass, _random.NextDouble(), scratch);
        return drawn >= 0 ? drawn : Logits.IndexOf(logits, scratch.BlockMaxima, max);
    }

    /// <summary>The logit at which the probability is MinP times that of the most likely token.</summary>
    private float MinPFloor(float max) =>
        _options.MinP == 0 ? float.NegativeInfinity : max + (_options.Temperature * MathF.Log(_options.MinP));

    /// <summary>
    /// Where a token is too unlikely to matter to top-p: even if all tokens were below this logit, together they would
    /// weigh less than what top-p cuts off.
    /// </summary>
    private float TopPFloor(int vocabularySize, float max, double total)
    {
        double tail = (1 - (double)_options.TopP) * total / vocabularySize;
        return (float)(max + (_options.Temperature * Math.Log(Math.Min(tail, 1))));
    }

    /// <summary>The index at which the running sum passes the point; rounding may leave it short: then the last that has any weight.</summary>
    private static int Draw(ReadOnlySpan<float> weights, double point)
    {
        int last = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
                continue;
            last = i;
            point -= weights[i];
            if (point < 0)
                break;
        }
        return last;
    }
}

namespace Ingot.Engine.Sampling;

/// <summary>Reads log-probabilities off a row of logits as the model gave it.</summary>
internal static class LogProbabilities
{
    /// <summary>The most alternatives a request may ask for.</summary>
    public const int MostAlternatives = 20;

    /// <summary>Stands for "practically never": JSON has no negative infinity.</summary>
    private const float Lowest = -9999;

    /// <summary>One pass for the sum, one or two for the largest; sorts only those.</summary>
    /// <param name="logits">One row, free of NaN.</param>
    /// <param name="token">The token chosen.</param>
    /// <param name="top">0..<see cref="MostAlternatives"/>.</param>
    /// <param name="scratch">For the same vocabulary.</param>
    public static TokenLogProbabilities Read(ReadOnlySpan<float> logits, int token, int top, SamplingScratch scratch)
    {
        Logits.TryMax(logits, scratch.BlockMaxima, out float max);
        float normalizer = max + (float)Math.Log(Logits.SumExp(logits, max, 1));
        return new TokenLogProbabilities(Math.Max(logits[token] - normalizer, Lowest), top == 0 ? [] : ReadTop(logits, top, max, normalizer, scratch));
    }

    private static TokenLogProbability[] ReadTop(ReadOnlySpan<float> logits, int top, float max, float normalizer, SamplingScratch scratch)
    {
        int count = Candidates.GatherTop(logits, top, max, float.NegativeInfinity, scratch);
        Span<ulong> keys = scratch.Keys.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            keys[i] = RankKey.From(scratch.Values[i], scratch.Ids[i]);
        keys.Sort();
        var result = new TokenLogProbability[count];
        for (int i = 0; i < count; i++)
        {
            ulong key = keys[count - 1 - i];
            result[i] = new TokenLogProbability(RankKey.Id(key), Math.Max(RankKey.Value(key) - normalizer, Lowest));
        }
        return result;
    }
}

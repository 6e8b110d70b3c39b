using Ingot.Engine.Sampling.Cuts;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling;

/// <summary>Reads log-probabilities off a row of logits as the model gave it.</summary>
internal static class LogProbabilities
{
    /// <summary>The most alternatives a request may ask for.</summary>
    public const int MostAlternatives = 20;

    /// <summary>Stands for "practically never": JSON has no negative infinity.</summary>
    private const float Lowest = -9999;

    /// <summary>Reads those of a token and of the likeliest ones.</summary>
    /// <param name="row">Free of NaN. What has been found out of it while the token was chosen is not looked for again.</param>
    /// <param name="token">The token chosen.</param>
    /// <param name="top">0..<see cref="MostAlternatives"/>.</param>
    /// <param name="candidates">For the same vocabulary.</param>
    public static TokenLogProbabilities Read(Row row, int token, int top, Candidates candidates)
    {
        row.TryFindMax();
        float normalizer = row.Max + (float)Math.Log(row.SumWeights(new Weighing(row.Max, Temperature: 1)));
        return new TokenLogProbabilities(Math.Max(row.Logits[token] - normalizer, Lowest), top == 0 ? [] : ReadTop(row, top, normalizer, candidates));
    }

    private static TokenLogProbability[] ReadTop(Row row, int top, float normalizer, Candidates candidates)
    {
        candidates.PickTop(row, top);
        var result = new TokenLogProbability[candidates.Ids.Length];
        Span<ulong> keys = stackalloc ulong[MostAlternatives];
        keys = keys[..result.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = Rank.Key(candidates.Logits[i], candidates.Ids[i]);
        keys.Sort();
        for (int i = 0; i < result.Length; i++)
        {
            ulong key = keys[result.Length - 1 - i];
            result[i] = new TokenLogProbability(Rank.PlaceOf(key), Math.Max(Rank.ValueOf(key) - normalizer, Lowest));
        }
        return result;
    }
}

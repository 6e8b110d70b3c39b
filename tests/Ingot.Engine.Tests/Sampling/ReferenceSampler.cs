using Ingot.Engine.Sampling;

namespace Ingot.Engine.Tests.Sampling;

/// <summary>The sampling options' definition in double precision with a full sort: the distribution a draw must follow.</summary>
internal static class ReferenceSampler
{
    /// <summary>Each token's probability; tokens cut off have 0.</summary>
    public static double[] Distribution(float[] logits, SamplingOptions options, int[] prompt, int[] generated)
    {
        double[] x = [.. logits.Select(l => (double)l)];
        foreach ((int token, float bias) in options.LogitBias ?? new Dictionary<int, float>())
            x[token] += bias;
        foreach (int token in prompt.Concat(generated).Distinct())
            x[token] = x[token] > 0 ? x[token] / options.RepetitionPenalty : x[token] * options.RepetitionPenalty;
        foreach (IGrouping<int, int> token in generated.GroupBy(t => t))
            x[token.Key] -= options.PresencePenalty + (token.Count() * options.FrequencyPenalty);

        List<int> kept = [.. Enumerable.Range(0, x.Length).OrderByDescending(i => x[i]).ThenBy(i => i)];
        if (options.Temperature == 0)
            return OneHot(x.Length, kept[0]);
        double[] weight = [.. x.Select(v => Math.Exp((v - x[kept[0]]) / options.Temperature))];
        if (options.TopK > 0)
            kept = [.. kept.Take(options.TopK)];
        kept.RemoveAll(i => weight[i] < options.MinP);
        double total = kept.Sum(i => weight[i]), sum = 0;
        if (options.TopP < 1)
            kept = [.. kept.TakeWhile(i => (sum += weight[i]) - weight[i] < options.TopP * total || i == kept[0])];
        total = kept.Sum(i => weight[i]);

        var probabilities = new double[x.Length];
        foreach (int i in kept)
            probabilities[i] = weight[i] / total;
        return probabilities;
    }

    private static double[] OneHot(int count, int hot)
    {
        var result = new double[count];
        result[hot] = 1;
        return result;
    }
}

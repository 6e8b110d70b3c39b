using System.Text.Json.Nodes;

namespace Ingot.Benchmarks.Comparison;

/// <summary>Llama 3's stretching of rotations: slow ones get slower by a factor, fast ones stay, those between are mixed.</summary>
/// <param name="Factor">How much slower.</param>
/// <param name="LowTurns">What turns fewer times over the original context is slow.</param>
/// <param name="HighTurns">What turns more times over it is fast.</param>
/// <param name="Context">Tokens of the original context.</param>
internal sealed record RotaryStretch(double Factor, double LowTurns, double HighTurns, int Context)
{
    /// <summary>What a model's description says; null if nothing.</summary>
    /// <exception cref="NotSupportedException">It is another kind.</exception>
    public static RotaryStretch? Read(JsonNode? scaling)
    {
        if (scaling is null)
            return null;
        string kind = scaling["rope_type"]!.GetValue<string>();
        if (kind != "llama3")
            throw new NotSupportedException($"Rotations stretched as '{kind}' are not compared.");
        double Number(string field) => scaling[field]!.GetValue<double>();
        return new RotaryStretch(Number("factor"), Number("low_freq_factor"), Number("high_freq_factor"), scaling["original_max_position_embeddings"]!.GetValue<int>());
    }

    /// <summary>What the speed of each pair of a head's numbers is divided by.</summary>
    public float[] Divisors(ModelShape shape)
    {
        var divisors = new float[shape.HeadSize / 2];
        for (int pair = 0; pair < divisors.Length; pair++)
        {
            double turns = Context * Math.Pow(shape.RotaryBase, -2.0 * pair / shape.HeadSize) / (2 * Math.PI);
            double kept = Math.Clamp((turns - LowTurns) / (HighTurns - LowTurns), 0, 1);
            divisors[pair] = (float)(1 / (kept + ((1 - kept) / Factor)));
        }

        return divisors;
    }
}

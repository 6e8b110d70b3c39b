using Ingot.Compiler.Configs;

namespace Ingot.Compiler.Weights;

/// <summary>Radians a position turns each pair of a head's numbers by.</summary>
internal static class RotaryFrequencies
{
    /// <summary>One for each pair that is turned, the fastest first.</summary>
    public static double[] Of(RopeSettings rope)
    {
        var frequencies = new double[rope.Width / 2];
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            var frequency = Math.Pow(rope.Theta, -2.0 * pair / rope.Width);
            frequencies[pair] = rope.Kind switch
            {
                RopeKind.Llama3 => Blend(rope, frequency, Passage(rope, rope.OriginalContext * frequency / (2 * Math.PI))),
                RopeKind.Yarn => Blend(rope, frequency, 1 - YarnPassage(rope, pair)),
                RopeKind.LongRope => frequency / rope.PairFactors[pair],
                _ => frequency / rope.Factor,
            };
        }
        return frequencies;
    }

    // kept: 1 where a frequency stays as it is, 0 where it is stretched in full.
    private static double Blend(RopeSettings rope, double frequency, double kept) => (frequency / rope.Factor * (1 - kept)) + (frequency * kept);

    // turns: how many times the wave fits into the original context. Few times is a low frequency.
    private static double Passage(RopeSettings rope, double turns) => Math.Clamp((turns - rope.LowTurns) / (rope.HighTurns - rope.LowTurns), 0, 1);

    private static double YarnPassage(RopeSettings rope, int pair)
    {
        var (first, last) = (PairOf(rope, rope.HighTurns), PairOf(rope, rope.LowTurns));
        if (rope.WholePairs) (first, last) = (Math.Floor(first), Math.Ceiling(last));
        first = Math.Max(first, 0);
        last = Math.Min(last, rope.Width - 1);
        // Where both are one pair it is the last that stays.
        if (first == last) last += 0.001;
        return Math.Clamp((pair - first) / (last - first), 0, 1);
    }

    // The pair, and a fraction, whose wave fits so many times into the original context.
    private static double PairOf(RopeSettings rope, double turns) =>
        rope.Width * Math.Log(rope.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
}

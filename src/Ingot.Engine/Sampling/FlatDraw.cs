using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingot.Engine.Sampling;

/// <summary>
/// Draws from the likeliest tokens where these are so many that picking them out would take longer than anything else. All stay where they are: some
/// passes find about where the cut lies, one picks out the few around it, and ranking these gives the very token it goes through.
/// </summary>
internal static class FlatDraw
{
    // Of the mass, what may be left to be ranked: some hundreds or thousands of tokens.
    private const double SmallPart = 0.01;

    private const float FirstGuess = 1 / 64f;

    // Six powers of two, in bits of floats.
    private const int NextGuess = 6 << 23;

    private const int MostProbes = 40;

    /// <summary>Draws from the smallest set of largest weights that sum to at least <paramref name="mass"/>; of equal ones the lower ids belong to it.</summary>
    /// <param name="weights">Of all tokens, by id; none above 1.</param>
    /// <param name="mass">At most their sum, but for rounding.</param>
    /// <param name="random">0 to 1: where among the kept ones' weights.</param>
    /// <param name="scratch">For the same vocabulary; its values may be the weights.</param>
    /// <returns>The token's id; -1 when no weight was reached by rounding.</returns>
    public static int Draw(ReadOnlySpan<float> weights, double mass, double random, SamplingScratch scratch)
    {
        var cut = new Cut(FindLowest(weights, mass, scratch));
        double sum = 0;
        for (int start = 0, block = 0; start < weights.Length; start += Logits.SumBlock, block++)
        {
            scratch.BlockSums[block] = cut.Sum(weights, start, Math.Min(start + Logits.SumBlock, weights.Length));
            sum += scratch.BlockSums[block];
        }

        double point = random * sum;
        int last = -1;
        for (int start = 0, block = 0; start < weights.Length; start += Logits.SumBlock, block++)
        {
            bool isBeyond = point >= scratch.BlockSums[block];
            if (isBeyond && start + Logits.SumBlock < weights.Length)
            {
                point -= scratch.BlockSums[block];
                continue;
            }
            for (int id = start; id < Math.Min(start + Logits.SumBlock, weights.Length); id++)
            {
                if (!cut.Keeps(weights[id], id))
                    continue;
                last = id;
                point -= weights[id];
                if (point < 0)
                    return id;
            }
        }
        return last;
    }

    /// <summary>The rank of the last token that belongs to the set.</summary>
    private static ulong FindLowest(ReadOnlySpan<float> weights, double mass, SamplingScratch scratch)
    {
        // At least one token belongs to any set.
        mass = Math.Max(mass, float.Epsilon);
        (float low, float high) = Bracket(weights, mass);
        (double above, double within, int count) = Gather(weights, low, high, scratch.Keys);

        // Single precision may have put the cut just outside.
        if (above >= mass && high <= 1)
            (above, _, count) = Gather(weights, high, float.PositiveInfinity, scratch.Keys);
        else if (above + within < mass && low > float.Epsilon)
            (above, _, count) = Gather(weights, float.Epsilon, low, scratch.Keys);
        return count == 0 ? RankKey.From(float.Epsilon, weights.Length) : RankKey.Select(scratch.Keys.AsSpan(0, count), mass - above, byValue: true, scratch.Groups);
    }

    /// <summary>Two weights with the cut between them, and not much else.</summary>
    private static (float Low, float High) Bracket(ReadOnlySpan<float> weights, double mass)
    {
        // Bits of positive floats are in the order of the numbers, and about in that of their logarithms.
        int one = BitConverter.SingleToInt32Bits(1), low = 1, high = one + 1, guess = BitConverter.SingleToInt32Bits(FirstGuess);
        float fromLow = 0, fromHigh = 0;
        for (int probe = 0; probe < MostProbes; probe++)
        {
            float sum = SumFrom(weights, BitConverter.Int32BitsToSingle(guess));
            if (sum >= mass)
                (low, fromLow) = (guess, sum);
            else
                (high, fromHigh) = (guess, sum);
            if (high - low <= 1 || (low > 1 && fromLow - fromHigh <= SmallPart * mass))
                break;

            // By turns where the cut would be if weights were spread evenly, and the middle, so that no distribution takes long.
            double part = probe % 3 != 2 ? Math.Clamp((mass - fromHigh) / (fromLow - fromHigh), 0.01, 0.99) : 0.5;
            guess = Math.Clamp(high - (low > 1 ? (int)(part * (high - low)) : NextGuess), low + 1, high - 1);
        }
        return (BitConverter.Int32BitsToSingle(low), high > one ? float.PositiveInfinity : BitConverter.Int32BitsToSingle(high));
    }

    private static float SumFrom(ReadOnlySpan<float> weights, float least)
    {
        Vector256<float> low = Vector256.Create(least), even = default, odd = default;
        int i = 0, width = Vector256<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(weights);
        for (; i <= weights.Length - (2 * width); i += 2 * width)
        {
            Vector256<float> a = Vector256.LoadUnsafe(ref source, (nuint)i), b = Vector256.LoadUnsafe(ref source, (nuint)(i + width));
            even += a & Vector256.GreaterThanOrEqual(a, low);
            odd += b & Vector256.GreaterThanOrEqual(b, low);
        }
        float sum = Vector256.Sum(even + odd);
        for (; i < weights.Length; i++)
            sum += weights[i] >= least ? weights[i] : 0;
        return sum;
    }

    /// <summary>Adds up the weights from <paramref name="high"/> on, and picks out those between that and <paramref name="low"/>.</summary>
    private static (double Above, double Within, int Count) Gather(ReadOnlySpan<float> weights, float low, float high, Span<ulong> keys)
    {
        Vector256<float> least = Vector256.Create(low), most = Vector256.Create(high);
        Vector256<double> sum = default;
        double rest = 0, within = 0;
        int count = 0, id = 0, width = Vector256<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(weights);
        for (; id <= weights.Length - width; id += width)
        {
            Vector256<float> weight = Vector256.LoadUnsafe(ref source, (nuint)id);
            Vector256<float> isAbove = Vector256.GreaterThanOrEqual(weight, most);
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(weight & isAbove);
            sum += lower + upper;
            uint between = Vector256.AndNot(Vector256.GreaterThanOrEqual(weight, least), isAbove).ExtractMostSignificantBits();
            for (; between != 0; between &= between - 1)
            {
                int place = id + System.Numerics.BitOperations.TrailingZeroCount(between);
                within += weights[place];
                keys[count++] = RankKey.From(weights[place], place);
            }
        }
        for (; id < weights.Length; id++)
        {
            if (weights[id] >= high)
            {
                rest += weights[id];
            }
            else if (weights[id] >= low)
            {
                within += weights[id];
                keys[count++] = RankKey.From(weights[id], id);
            }
        }
        return (Vector256.Sum(sum) + rest, within, count);
    }

    /// <summary>What belongs to the set: up to an id the weights from a certain one on, behind it only larger ones.</summary>
    private readonly struct Cut(ulong lowest)
    {
        private readonly float _least = RankKey.Value(lowest);
        private readonly int _lastId = RankKey.Id(lowest);

        public bool Keeps(float weight, int id) => weight > 0 && (id <= _lastId ? weight >= _least : weight > _least);

        public double Sum(ReadOnlySpan<float> weights, int from, int to)
        {
            int middle = Math.Clamp(_lastId + 1, from, to);
            return SumFrom(weights[from..middle], _least) + SumFrom(weights[middle..to], MathF.BitIncrement(_least));
        }

        private static double SumFrom(ReadOnlySpan<float> weights, float least)
        {
            Vector256<float> low = Vector256.Create(least);
            Vector256<double> sums = default;
            int i = 0, width = Vector256<float>.Count;
            ref float source = ref MemoryMarshal.GetReference(weights);
            for (; i <= weights.Length - width; i += width)
            {
                Vector256<float> weight = Vector256.LoadUnsafe(ref source, (nuint)i);
                (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(weight & Vector256.GreaterThanOrEqual(weight, low));
                sums += lower + upper;
            }
            double sum = Vector256.Sum(sums);
            for (; i < weights.Length; i++)
                sum += weights[i] >= least ? weights[i] : 0;
            return sum;
        }
    }
}

using System.Numerics;
using System.Runtime.Intrinsics;
using Ingot.Engine.Sampling.Rows;

namespace Ingot.Engine.Sampling.Cuts;

/// <summary>
/// The order of tokens: larger logits are more likely, and of equal ones the first. A logit is a whole number in that order, about evenly spaced in its
/// logarithm; with its place it is a key that no other has, so that every cut through a ranking is exact.
/// </summary>
internal static class Rank
{
    // So few are ranked one by one.
    private const int Few = 192;

    /// <summary>The whole number of a float that is not NaN; that of both zeros is the same.</summary>
    public static int OrderOf(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value + 0f);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    /// <summary>The float that has this number.</summary>
    public static float ValueOf(int order) => BitConverter.Int32BitsToSingle(order ^ ((order >> 31) & int.MaxValue));

    public static ulong Key(float value, int place) => ((ulong)((uint)OrderOf(value) ^ 0x8000_0000) << 32) | ~(uint)place;

    public static int PlaceOf(ulong key) => (int)~(uint)key;

    public static float ValueOf(ulong key) => ValueOf((int)((uint)(key >> 32) ^ 0x8000_0000));

    /// <summary>Ranks logits from the largest and finds the one with which what they weigh together first reaches a target. No sort.</summary>
    /// <param name="logits">Free of NaN.</param>
    /// <param name="weights">What each weighs; none at all when each weighs 1.</param>
    /// <param name="low">What is below it does not count.</param>
    /// <param name="target">A number of logits, or a sum of weights.</param>
    /// <returns>Its key; the last's, or one below all that count, when the target is never reached.</returns>
    public static ulong Select(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float low, double target)
    {
        // At least one belongs to any ranking.
        target = Math.Max(target, double.Epsilon);
        (float least, float most) = RangeOf(logits);
        var bracket = new Bracket(Math.Max(low, least), Math.Max(low, most));
        Span<float> cuts = stackalloc float[Thresholds.Ways];
        Span<double> sums = stackalloc double[Thresholds.Ways];
        Span<ulong> keys = stackalloc ulong[Few + Vector512<float>.Count];
        int count = FillKeys(logits, bracket, keys);
        while (count > Few && !bracket.IsOneValue)
        {
            bracket.Divide(cuts);
            Thresholds.SumAll(logits, weights, cuts, sums);
            bracket.Narrow(cuts, sums, target);
            count = FillKeys(logits, bracket, keys);
        }
        target -= bracket.FromHigh;
        return count > Few ? SelectEqual(logits, weights, bracket.LowValue, target)
            : count > 0 ? Select(keys[..count], weights, target)
            : Key(bracket.LowValue, int.MaxValue);
    }

    private static (float Least, float Most) RangeOf(ReadOnlySpan<float> logits)
    {
        Vector512<float> low = Vector512.Create(float.PositiveInfinity), high = -low;
        int i = 0;
        for (; i <= logits.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> some = Vector512.Create(logits.Slice(i, Vector512<float>.Count));
            low = Vector512.MinNative(low, some);
            high = Vector512.MaxNative(high, some);
        }
        (float least, float most) = (float.PositiveInfinity, float.NegativeInfinity);
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
            (least, most) = (Math.Min(least, low[lane]), Math.Max(most, high[lane]));
        for (; i < logits.Length; i++)
            (least, most) = (Math.Min(least, logits[i]), Math.Max(most, logits[i]));
        return (least, most);
    }

    /// <returns>How many there are between; when they are too many, some number above <see cref="Few"/>.</returns>
    private static int FillKeys(ReadOnlySpan<float> logits, Bracket bracket, Span<ulong> keys)
    {
        float low = bracket.LowValue, high = bracket.HighValue;
        int count = 0, i = 0;
        for (; i <= logits.Length - Vector512<float>.Count && count <= Few; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Create(logits.Slice(i, Vector512<float>.Count));
            ulong between = (Vector512.GreaterThanOrEqual(x, Vector512.Create(low)) & Vector512.LessThan(x, Vector512.Create(high))).ExtractMostSignificantBits();
            for (; between != 0; between &= between - 1)
            {
                int place = i + BitOperations.TrailingZeroCount(between);
                keys[count++] = Key(logits[place], place);
            }
        }
        for (; i < logits.Length && count <= Few; i++)
        {
            if (logits[i] >= low && logits[i] < high)
                keys[count++] = Key(logits[i], i);
        }
        return count;
    }

    /// <summary>The target lies among many that are all the same: the first of them belong to it.</summary>
    private static ulong SelectEqual(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float value, double target)
    {
        int place = logits.IndexOf(value);
        double weight = weights.IsEmpty ? 1 : weights[place];
        for (target -= weight; target > 0; target -= weight)
        {
            int next = logits[(place + 1)..].IndexOf(value);
            if (next < 0)
                break;
            place += 1 + next;
        }
        return Key(value, place);
    }

    /// <summary>The same of few keys; reorders them.</summary>
    private static ulong Select(Span<ulong> keys, ReadOnlySpan<float> weights, double target)
    {
        // A fixed random stream keeps the choice of pivots repeatable and no arrangement of logits can make it slow.
        var random = new SamplerRandom(0);
        while (keys.Length > 1)
        {
            int at = (int)(random.NextDouble() * keys.Length);
            ulong pivot = keys[at];
            keys[at] = keys[^1];
            keys[^1] = pivot;
            int above = 0;
            double weight = 0;
            for (int i = 0; i < keys.Length - 1; i++)
            {
                ulong key = keys[i];
                if (key < pivot)
                    continue;
                keys[i] = keys[above];
                keys[above++] = key;
                weight += weights.IsEmpty ? 1 : weights[PlaceOf(key)];
            }
            if (above > 0 && weight >= target)
            {
                keys = keys[..above];
                continue;
            }
            weight += weights.IsEmpty ? 1 : weights[PlaceOf(pivot)];
            if (weight >= target || above == keys.Length - 1)
                return pivot;
            target -= weight;
            keys = keys[above..^1];
        }
        return keys[0];
    }
}

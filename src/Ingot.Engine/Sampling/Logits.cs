using System.Numerics;

namespace Ingot.Engine.Sampling;

/// <summary>The passes over a whole row of logits, a vector at a time.</summary>
internal static class Logits
{
    /// <summary>Entries summed in single precision before they join the double-precision sum.</summary>
    public const int SumBlock = 1024;

    /// <summary>Finds the largest logit.</summary>
    /// <returns>False when a logit is NaN or positive infinity, or when all are negative infinity (which otherwise means "never").</returns>
    public static bool TryMax(ReadOnlySpan<float> logits, out float max)
    {
        int width = Vector<float>.Count, i = 0;
        max = float.NegativeInfinity;
        bool comparable = true;
        if (logits.Length >= width)
        {
            var best = new Vector<float>(float.NegativeInfinity);
            Vector<int> equal = Vector<int>.AllBitsSet;
            for (; i <= logits.Length - width; i += width)
            {
                var x = new Vector<float>(logits[i..]);
                best = Vector.MaxNative(best, x);
                equal &= Vector.Equals(x, x);
            }
            comparable = equal == Vector<int>.AllBitsSet;
            for (int lane = 0; lane < width; lane++)
                max = Math.Max(max, best[lane]);
        }
        for (; i < logits.Length; i++)
        {
            comparable &= !float.IsNaN(logits[i]);
            max = Math.Max(max, logits[i]);
        }
        return comparable && float.IsFinite(max);
    }

    /// <summary>The first index that holds exactly this value; -1 when none does.</summary>
    public static int IndexOf(ReadOnlySpan<float> logits, float value)
    {
        int width = Vector<float>.Count, i = 0;
        var wanted = new Vector<float>(value);
        while (i <= logits.Length - width && !Vector.EqualsAny(new Vector<float>(logits[i..]), wanted))
            i += width;
        for (; i < logits.Length; i++)
        {
            if (logits[i] == value)
                return i;
        }
        return -1;
    }

    /// <summary>The sum of exp((x - max) / temperature).</summary>
    public static double SumExp(ReadOnlySpan<float> logits, float max, float temperature)
    {
        double sum = 0;
        for (int start = 0; start < logits.Length; start += SumBlock)
            sum += SumExpBlock(logits.Slice(start, Math.Min(SumBlock, logits.Length - start)), [], max, temperature);
        return sum;
    }

    /// <summary>
    /// Writes exp((x - max) / temperature) for every logit, and the sum of every <see cref="SumBlock"/> of them.
    /// The destination may be the logits themselves.
    /// </summary>
    /// <returns>The sum of all.</returns>
    public static double Exp(ReadOnlySpan<float> logits, Span<float> destination, Span<double> blockSums, float max, float temperature)
    {
        double sum = 0;
        for (int start = 0, block = 0; start < logits.Length; start += SumBlock, block++)
        {
            int count = Math.Min(SumBlock, logits.Length - start);
            blockSums[block] = SumExpBlock(logits.Slice(start, count), destination.Slice(start, count), max, temperature);
            sum += blockSums[block];
        }
        return sum;
    }

    /// <summary>Copies ids and logits of all at or above the floor, ids ascending.</summary>
    /// <returns>How many.</returns>
    public static int Gather(ReadOnlySpan<float> logits, float floor, Span<int> ids, Span<float> values)
    {
        int width = Vector<float>.Count, i = 0, count = 0;
        var low = new Vector<float>(floor);
        for (; i <= logits.Length - width; i += width)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), low))
                count = GatherEach(logits, i, i + width, floor, ids, values, count);
        }
        return GatherEach(logits, i, logits.Length, floor, ids, values, count);
    }

    private static int GatherEach(ReadOnlySpan<float> logits, int from, int to, float floor, Span<int> ids, Span<float> values, int count)
    {
        for (int i = from; i < to; i++)
        {
            if (logits[i] < floor)
                continue;
            ids[count] = i;
            values[count++] = logits[i];
        }
        return count;
    }

    private static double SumExpBlock(ReadOnlySpan<float> logits, Span<float> destination, float max, float temperature)
    {
        int width = Vector<float>.Count, i = 0;
        Vector<float> sums = Vector<float>.Zero, top = new(max), divisor = new(temperature);
        for (; i <= logits.Length - width; i += width)
        {
            Vector<float> e = Vector.Exp((new Vector<float>(logits[i..]) - top) / divisor);
            sums += e;
            if (!destination.IsEmpty)
                e.CopyTo(destination[i..]);
        }
        double sum = Vector.Sum(sums);
        for (; i < logits.Length; i++)
        {
            float e = MathF.Exp((logits[i] - max) / temperature);
            sum += e;
            if (!destination.IsEmpty)
                destination[i] = e;
        }
        return sum;
    }
}

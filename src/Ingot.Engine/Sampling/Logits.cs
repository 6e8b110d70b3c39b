using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Engine.Sampling;

/// <summary>The passes over a whole row of logits, a vector at a time.</summary>
internal static class Logits
{
    /// <summary>Entries summed in single precision before they join the double-precision sum.</summary>
    public const int SumBlock = 1024;

    /// <summary>Neighbouring logits whose largest is remembered.</summary>
    public const int MaxBlock = 128;

    // A power of e for each number beyond this would be of nothing but rounding.
    private const float LeastTemperature = 1e-30f;

    /// <summary>Finds the largest logit, and the largest of every <see cref="MaxBlock"/>.</summary>
    /// <returns>False when a logit is NaN or positive infinity, or when all are negative infinity (which otherwise means "never").</returns>
    public static bool TryMax(ReadOnlySpan<float> logits, Span<float> blockMaxima, out float max)
    {
        max = float.NegativeInfinity;
        bool comparable = true;
        for (int start = 0, block = 0; start < logits.Length; start += MaxBlock, block++)
        {
            comparable &= TryMaxOfBlock(logits.Slice(start, Math.Min(MaxBlock, logits.Length - start)), out blockMaxima[block]);
            max = Math.Max(max, blockMaxima[block]);
        }
        return comparable && float.IsFinite(max);
    }

    /// <summary>The first index that holds exactly this value; -1 when none does.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="blockMaxima">Its blocks' largest, as <see cref="TryMax"/> finds them.</param>
    /// <param name="value">No smaller than any of its block.</param>
    public static int IndexOf(ReadOnlySpan<float> logits, ReadOnlySpan<float> blockMaxima, float value)
    {
        int blocks = (logits.Length + MaxBlock - 1) / MaxBlock;
        int start = blockMaxima[..blocks].IndexOf(value) * MaxBlock;
        return start < 0 ? -1 : start + logits.Slice(start, Math.Min(MaxBlock, logits.Length - start)).IndexOf(value);
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
    /// The destination may be the logits themselves, or empty: then only the sums are.
    /// </summary>
    /// <returns>The sum of all.</returns>
    public static double Exp(ReadOnlySpan<float> logits, Span<float> destination, Span<double> blockSums, float max, float temperature)
    {
        double sum = 0;
        for (int start = 0, block = 0; start < logits.Length; start += SumBlock, block++)
        {
            int count = Math.Min(SumBlock, logits.Length - start);
            blockSums[block] = SumExpBlock(logits.Slice(start, count), destination.IsEmpty ? default : destination.Slice(start, count), max, temperature);
            sum += blockSums[block];
        }
        return sum;
    }

    /// <summary>Copies ids and logits of all at or above the floor, ids ascending; gives up when there are more than <paramref name="most"/>.</summary>
    /// <returns>How many; when it gave up, some number above <paramref name="most"/>.</returns>
    public static int Gather(ReadOnlySpan<float> logits, ReadOnlySpan<float> blockMaxima, float floor, Span<int> ids, Span<float> values, int most = int.MaxValue)
    {
        int width = Vector<float>.Count, count = 0;
        var low = new Vector<float>(floor);
        for (int start = 0, block = 0; start < logits.Length && count <= most; start += MaxBlock, block++)
        {
            if (blockMaxima[block] < floor)
                continue;
            int i = start, end = Math.Min(start + MaxBlock, logits.Length);
            for (; i <= end - width; i += width)
            {
                if (Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), low))
                    count = GatherEach(logits, i, i + width, floor, ids, values, count);
            }
            count = GatherEach(logits, i, end, floor, ids, values, count);
        }
        return count;
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

    private static bool TryMaxOfBlock(ReadOnlySpan<float> logits, out float max)
    {
        int width = Vector256<float>.Count, i = 0;
        Vector256<float> best = Vector256.Create(float.NegativeInfinity), equal = Vector256<float>.AllBitsSet;
        for (; i <= logits.Length - width; i += width)
        {
            Vector256<float> x = Vector256.Create(logits.Slice(i, width));
            best = Vector256.MaxNative(best, x);
            equal &= Vector256.Equals(x, x);
        }
        Vector128<float> largest = Vector128.MaxNative(best.GetLower(), best.GetUpper());
        largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(2, 3, 0, 1)));
        max = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(1, 0, 3, 2))).ToScalar();
        bool comparable = equal.AsInt32() == Vector256<int>.AllBitsSet;
        for (; i < logits.Length; i++)
        {
            comparable &= !float.IsNaN(logits[i]);
            max = Math.Max(max, logits[i]);
        }
        return comparable;
    }

    private static double SumExpBlock(ReadOnlySpan<float> logits, Span<float> destination, float max, float temperature)
    {
        int width = Vector256<float>.Count, i = 0;
        Vector256<float> even = default, odd = default, top = Vector256.Create(max), factor = Vector256.Create(1 / Math.Max(temperature, LeastTemperature));
        ref float source = ref MemoryMarshal.GetReference(logits), target = ref MemoryMarshal.GetReference(destination);
        if (Avx512F.IsSupported)
        {
            // The halves of a vector are the two that are taken at a time otherwise.
            Vector512<float> both = default, top2 = Vector512.Create(top, top), factor2 = Vector512.Create(factor, factor);
            for (; i <= logits.Length - (2 * width); i += 2 * width)
            {
                Vector512<float> powers = VectorExp.Of((Vector512.LoadUnsafe(ref source, (nuint)i) - top2) * factor2);
                both += powers;
                if (!destination.IsEmpty)
                    powers.StoreUnsafe(ref target, (nuint)i);
            }
            (even, odd) = (both.GetLower(), both.GetUpper());
        }
        for (; i <= logits.Length - (2 * width); i += 2 * width)
        {
            Vector256<float> a = VectorExp.Of((Vector256.LoadUnsafe(ref source, (nuint)i) - top) * factor);
            Vector256<float> b = VectorExp.Of((Vector256.LoadUnsafe(ref source, (nuint)(i + width)) - top) * factor);
            even += a;
            odd += b;
            if (destination.IsEmpty)
                continue;
            a.StoreUnsafe(ref target, (nuint)i);
            b.StoreUnsafe(ref target, (nuint)(i + width));
        }
        Span<float> rest = stackalloc float[width];
        for (; i < logits.Length; i += width)
        {
            int count = Math.Min(width, logits.Length - i);
            rest.Fill(float.NegativeInfinity);
            logits.Slice(i, count).CopyTo(rest);
            Vector256<float> last = VectorExp.Of((Vector256.Create<float>(rest) - top) * factor);
            even += last;
            if (destination.IsEmpty)
                continue;
            last.CopyTo(rest);
            rest[..count].CopyTo(destination[i..]);
        }
        return Vector256.Sum(even + odd);
    }
}

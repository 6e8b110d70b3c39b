using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>The largest of logits, a vector at a time.</summary>
internal static class Largest
{
    /// <summary>Finds the largest of every <see cref="Row.MaxBlock"/> logits; NaN where one of them is.</summary>
    public static void OfBlocks(ReadOnlySpan<float> logits, Span<float> blockMaxima)
    {
        for (int start = 0, block = 0; start < logits.Length; start += Row.MaxBlock, block++)
            blockMaxima[block] = Of(logits.Slice(start, Math.Min(Row.MaxBlock, logits.Length - start)));
    }

    /// <summary>The largest; NaN when any is.</summary>
    public static float Of(ReadOnlySpan<float> logits)
    {
        int width = Vector512<float>.Count, i = 0;
        Vector256<float> even = Vector256.Create(float.NegativeInfinity), odd = even, equal = Vector256<float>.AllBitsSet;
        ref float source = ref MemoryMarshal.GetReference(logits);
        if (Avx512F.IsSupported)
        {
            Vector512<float> best = Vector512.Create(float.NegativeInfinity), second = best, isNone = default;
            for (; i <= logits.Length - (2 * width); i += 2 * width)
            {
                Vector512<float> a = Vector512.LoadUnsafe(ref source, (nuint)i), b = Vector512.LoadUnsafe(ref source, (nuint)(i + width));
                best = Vector512.MaxNative(best, a);
                second = Vector512.MaxNative(second, b);
                isNone |= Avx512F.CompareUnordered(a, b);
            }
            best = Vector512.MaxNative(best, second);
            (even, odd) = (best.GetLower(), best.GetUpper());
            equal = ~(isNone.GetLower() | isNone.GetUpper());
        }
        for (; i <= logits.Length - width; i += width)
        {
            Vector256<float> a = Vector256.LoadUnsafe(ref source, (nuint)i), b = Vector256.LoadUnsafe(ref source, (nuint)(i + Vector256<float>.Count));
            even = Vector256.MaxNative(even, a);
            odd = Vector256.MaxNative(odd, b);
            equal &= Vector256.Equals(a, a) & Vector256.Equals(b, b);
        }
        even = Vector256.MaxNative(even, odd);
        Vector128<float> largest = Vector128.MaxNative(even.GetLower(), even.GetUpper());
        largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(2, 3, 0, 1)));
        float max = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(1, 0, 3, 2))).ToScalar();
        if (equal.AsInt32() != Vector256<int>.AllBitsSet)
            return float.NaN;
        for (; i < logits.Length; i++)
            max = Math.Max(max, logits[i]);
        return max;
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>Weights of logits, a vector at a time.</summary>
internal static class Powers
{
    /// <summary>Makes the weights of any number of logits.</summary>
    /// <returns>Their sum.</returns>
    public static double Make(ReadOnlySpan<float> logits, Weighing weighing, Span<float> weights)
    {
        double sum = 0;
        for (int start = 0; start < logits.Length; start += Row.Block)
        {
            int count = Math.Min(Row.Block, logits.Length - start);
            Span<float> made = weights.Slice(start, count);
            Forbid(logits.Slice(start, count), weighing.Floor, made);
            sum += SumBlock(made, weighing, made);
        }
        return sum;
    }

    /// <summary>The sum of weights, in double precision.</summary>
    public static double Sum(ReadOnlySpan<float> weights)
    {
        Vector256<double> lower = default, upper = default;
        int i = 0;
        for (; i <= weights.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Create(weights.Slice(i, Vector256<float>.Count)));
            lower += a;
            upper += b;
        }
        double sum = Vector256.Sum(lower + upper);
        for (; i < weights.Length; i++)
            sum += weights[i];
        return sum;
    }

    /// <summary>Adds up what no more than <see cref="Row.Block"/> logits weigh, whatever the floor.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="weighing">How they weigh.</param>
    /// <param name="destination">Gets the weights, may be the logits themselves; or empty: then they are only added up.</param>
    /// <returns>The sum.</returns>
    public static double SumBlock(ReadOnlySpan<float> logits, Weighing weighing, Span<float> destination)
    {
        int width = Vector256<float>.Count, i = 0;
        Vector256<float> even = default, odd = default, top = Vector256.Create(weighing.Max), factor = Vector256.Create(1 / weighing.Divisor);
        ref float source = ref MemoryMarshal.GetReference(logits), target = ref MemoryMarshal.GetReference(destination);
        if (Avx512F.IsSupported)
        {
            // The halves of a vector are the two that are taken at a time otherwise.
            Vector512<float> both = default, top2 = Vector512.Create(top, top), factor2 = Vector512.Create(factor, factor);
            for (; i <= logits.Length - (8 * width); i += 8 * width)
            {
                Vector512<float> a = (Vector512.LoadUnsafe(ref source, (nuint)i) - top2) * factor2;
                Vector512<float> b = (Vector512.LoadUnsafe(ref source, (nuint)(i + (2 * width))) - top2) * factor2;
                Vector512<float> c = (Vector512.LoadUnsafe(ref source, (nuint)(i + (4 * width))) - top2) * factor2;
                Vector512<float> d = (Vector512.LoadUnsafe(ref source, (nuint)(i + (6 * width))) - top2) * factor2;
                VectorExp.OfEach(ref a, ref b, ref c, ref d);
                both = both + a + b + c + d;
                if (destination.IsEmpty)
                    continue;
                a.StoreUnsafe(ref target, (nuint)i);
                b.StoreUnsafe(ref target, (nuint)(i + (2 * width)));
                c.StoreUnsafe(ref target, (nuint)(i + (4 * width)));
                d.StoreUnsafe(ref target, (nuint)(i + (6 * width)));
            }
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

    /// <summary>Copies logits, but negative infinity, which means "never", instead of those below a floor.</summary>
    public static void Forbid(ReadOnlySpan<float> logits, float floor, Span<float> copies)
    {
        int i = 0, width = Vector512<float>.Count;
        ref float source = ref MemoryMarshal.GetReference(logits), target = ref MemoryMarshal.GetReference(copies);
        Vector512<float> low = Vector512.Create(floor), never = Vector512.Create(float.NegativeInfinity);
        for (; i <= logits.Length - width; i += width)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref source, (nuint)i);
            Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, low), x, never).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < logits.Length; i++)
            copies[i] = logits[i] >= floor ? logits[i] : float.NegativeInfinity;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>Which logits reach values, and what they weigh together, a vector at a time.</summary>
internal static class Thresholds
{
    private const int Width = 16;

    /// <summary>At how many values sums are made at once: as many as stay in registers.</summary>
    public const int Ways = 4;

    /// <summary>Adds up what is at or above each value.</summary>
    /// <param name="logits">Free of NaN.</param>
    /// <param name="weights">What each weighs; none at all when each weighs 1.</param>
    /// <param name="least">As many values as <see cref="Ways"/>.</param>
    /// <param name="sums">Gets the sums.</param>
    public static void SumAll(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, ReadOnlySpan<float> least, Span<double> sums)
    {
        sums.Clear();
        Span<float> part = stackalloc float[Ways];
        for (int start = 0; start < logits.Length; start += Row.Block)
        {
            int count = Math.Min(Row.Block, logits.Length - start);
            Sum(logits.Slice(start, count), weights.IsEmpty ? default : weights.Slice(start, count), least, part);
            for (int i = 0; i < part.Length; i++)
                sums[i] += part[i];
        }
    }

    /// <summary>The same in single precision, of no more than <see cref="Row.Block"/>.</summary>
    public static void Sum(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, ReadOnlySpan<float> least, Span<float> sums)
    {
        int whole = logits.Length & -Width;
        Span<float> lastLogits = stackalloc float[Width], lastWeights = stackalloc float[Width];
        lastLogits.Fill(float.NegativeInfinity);
        logits[whole..].CopyTo(lastLogits);
        if (!weights.IsEmpty)
            weights[whole..].CopyTo(lastWeights);
        ReadOnlySpan<float> firstWeights = weights.IsEmpty ? default : weights[..whole], rest = weights.IsEmpty ? default : lastWeights;
        if (Avx512F.IsSupported)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            Add(logits[..whole], firstWeights, least, ref a, ref b, ref c, ref d);
            if (whole < logits.Length)
                Add(lastLogits, rest, least, ref a, ref b, ref c, ref d);
            (sums[0], sums[1], sums[2], sums[3]) = (AddUp(a.GetLower(), a.GetUpper()), AddUp(b.GetLower(), b.GetUpper()), AddUp(c.GetLower(), c.GetUpper()), AddUp(d.GetLower(), d.GetUpper()));
            return;
        }
        for (int i = 0; i < least.Length; i++)
        {
            // The halves of the longer vectors.
            Vector256<float> even = default, odd = default;
            Add(logits[..whole], firstWeights, least[i], ref even, ref odd);
            if (whole < logits.Length)
                Add(lastLogits, rest, least[i], ref even, ref odd);
            sums[i] = AddUp(even, odd);
        }
    }

    /// <summary>Picks out the logits at or above <paramref name="low"/> and below <paramref name="high"/>.</summary>
    /// <param name="logits">Free of NaN.</param>
    /// <param name="maxima">The largest of every <see cref="Row.MaxBlock"/> of them.</param>
    /// <param name="first">The place of the first.</param>
    /// <param name="low">The least.</param>
    /// <param name="high">What they are below.</param>
    /// <param name="places">Gets their places, ascending; room for all.</param>
    /// <param name="values">Gets them; room for all.</param>
    /// <returns>How many.</returns>
    public static int Pick(ReadOnlySpan<float> logits, ReadOnlySpan<float> maxima, int first, float low, float high, Span<int> places, Span<float> values)
    {
        int count = 0;
        for (int block = 0; block < maxima.Length; block++)
        {
            int start = block * Row.MaxBlock;
            while (block < maxima.Length && maxima[block] >= low)
                block++;
            if (start < block * Row.MaxBlock)
                count += PickAny(logits[start..Math.Min(block * Row.MaxBlock, logits.Length)], first + start, low, high, places[count..], values[count..]);
        }
        return count;
    }

    /// <summary>Leaves out what ranks below one: smaller ones, and of equal ones those after its place.</summary>
    /// <param name="lowest">The value that stays.</param>
    /// <param name="lastPlace">Where the last of equal ones that stay is.</param>
    /// <param name="logits">The logits; those that stay move to the front.</param>
    /// <param name="ids">What goes with them.</param>
    /// <param name="weights">What goes with them, too; may be empty.</param>
    /// <returns>How many stay.</returns>
    public static int Keep(float lowest, int lastPlace, Span<float> logits, Span<int> ids, Span<float> weights)
    {
        int count = 0, i = 0;
        if (Avx512F.IsSupported)
        {
            ref float values = ref MemoryMarshal.GetReference(logits), heavy = ref MemoryMarshal.GetReference(weights);
            ref int tokens = ref MemoryMarshal.GetReference(ids);
            Vector512<float> least = Vector512.Create(lowest);
            Vector512<int> last = Vector512.Create(lastPlace), places = Vector512<int>.Indices;
            for (; i <= logits.Length - Width; i += Width)
            {
                Vector512<float> x = Vector512.LoadUnsafe(ref values, (nuint)i);
                Vector512<int> token = Vector512.LoadUnsafe(ref tokens, (nuint)i);
                Vector512<float> stays = Vector512.GreaterThan(x, least)
                    | (Vector512.Equals(x, least) & Vector512.LessThanOrEqual(places + Vector512.Create(i), last).AsSingle());
                Avx512F.Compress(Vector512<float>.Zero, stays, x).StoreUnsafe(ref values, (nuint)count);
                Avx512F.Compress(Vector512<int>.Zero, stays.AsInt32(), token).StoreUnsafe(ref tokens, (nuint)count);
                if (!weights.IsEmpty)
                    Avx512F.Compress(Vector512<float>.Zero, stays, Vector512.LoadUnsafe(ref heavy, (nuint)i)).StoreUnsafe(ref heavy, (nuint)count);
                count += BitOperations.PopCount(stays.ExtractMostSignificantBits());
            }
        }
        for (; i < logits.Length; i++)
        {
            // Written in any case: which of them stay cannot be foreseen.
            bool stays = logits[i] > lowest || (logits[i] == lowest && i <= lastPlace);
            (logits[count], ids[count]) = (logits[i], ids[i]);
            if (!weights.IsEmpty)
                weights[count] = weights[i];
            count += stays ? 1 : 0;
        }
        return count;
    }

    private static int PickAny(ReadOnlySpan<float> logits, int first, float low, float high, Span<int> places, Span<float> values)
    {
        int i = 0, count = 0;
        ref float source = ref MemoryMarshal.GetReference(logits);
        ref int pickedPlaces = ref MemoryMarshal.GetReference(places);
        Vector512<float> least = Vector512.Create(low), most = Vector512.Create(high);
        Vector512<int> all = Vector512<int>.Indices + Vector512.Create(first), step = Vector512.Create(Width);
        for (; i <= logits.Length - Width; i += Width)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref source, (nuint)i);
            Vector512<float> isBetween = Vector512.GreaterThanOrEqual(x, least) & Vector512.LessThan(x, most);
            ulong between = isBetween.ExtractMostSignificantBits();
            if (Avx512F.IsSupported)
            {
                // Written in any case, for whether one has any cannot be foreseen. No more than have been looked at: whole vectors fit.
                Avx512F.Compress(Vector512<int>.Zero, isBetween.AsInt32(), all).StoreUnsafe(ref pickedPlaces, (nuint)count);
                all += step;
                count += BitOperations.PopCount(between);
                continue;
            }
            for (; between != 0; between &= between - 1)
            {
                int place = i + BitOperations.TrailingZeroCount(between);
                places[count++] = first + place;
            }
        }
        for (; i < logits.Length; i++)
        {
            if (logits[i] >= low && logits[i] < high)
                places[count++] = first + i;
        }
        for (int at = 0; at < count; at++)
            values[at] = logits[places[at] - first];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, ReadOnlySpan<float> least, ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        ref float source = ref MemoryMarshal.GetReference(logits), heavy = ref MemoryMarshal.GetReference(weights);
        Vector512<float> fromA = Vector512.Create(least[0]), fromB = Vector512.Create(least[1]), fromC = Vector512.Create(least[2]), fromD = Vector512.Create(least[3]);
        Vector512<float> sumA = a, sumB = b, sumC = c, sumD = d;
        for (int i = 0; i < logits.Length; i += Width)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref source, (nuint)i), weight = weights.IsEmpty ? Vector512<float>.One : Vector512.LoadUnsafe(ref heavy, (nuint)i);
            sumA = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, fromA), sumA + weight, sumA);
            sumB = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, fromB), sumB + weight, sumB);
            sumC = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, fromC), sumC + weight, sumC);
            sumD = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, fromD), sumD + weight, sumD);
        }
        (a, b, c, d) = (sumA, sumB, sumC, sumD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ReadOnlySpan<float> logits, ReadOnlySpan<float> weights, float least, ref Vector256<float> even, ref Vector256<float> odd)
    {
        ref float source = ref MemoryMarshal.GetReference(logits), heavy = ref MemoryMarshal.GetReference(weights);
        Vector256<float> one = Vector256<float>.One, from = Vector256.Create(least), sumEven = even, sumOdd = odd;
        int half = Vector256<float>.Count;
        for (int i = 0; i < logits.Length; i += Width)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref source, (nuint)i), y = Vector256.LoadUnsafe(ref source, (nuint)(i + half));
            sumEven += (weights.IsEmpty ? one : Vector256.LoadUnsafe(ref heavy, (nuint)i)) & Vector256.GreaterThanOrEqual(x, from);
            sumOdd += (weights.IsEmpty ? one : Vector256.LoadUnsafe(ref heavy, (nuint)(i + half))) & Vector256.GreaterThanOrEqual(y, from);
        }
        (even, odd) = (sumEven, sumOdd);
    }

    private static float AddUp(Vector256<float> even, Vector256<float> odd) => Vector256.Sum(even + odd);
}

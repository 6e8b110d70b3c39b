using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>
/// Softmax of up to 8 queries over blocks of 16 tokens as they come: each query's largest score so far and, in 8 lanes, the sum of powers
/// relative to it. Queries are taken through each stage together, for each stage's steps wait on one another.
/// </summary>
internal static unsafe class OnlineSoftmax
{
    /// <summary>Tokens taken at a time.</summary>
    public const int BlockTokens = 16;

    /// <summary>Hides what a query does not see and caps the rest, then raises its largest score.</summary>
    /// <param name="scores">The query's 16 scores.</param>
    /// <param name="from">First token the query sees.</param>
    /// <param name="to">One past the last token it sees; with none in sight nothing changes.</param>
    /// <param name="softcap">The cap, or 0.</param>
    /// <param name="before">The largest score so far, −∞ at first.</param>
    /// <returns>The largest score with these.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Prepare(float* scores, int from, int to, float softcap, float before)
    {
        if (softcap > 0) Cap(scores, softcap);
        if (from > 0 || to < BlockTokens) Hide(scores, from, to);
        return Largest(scores, before);
    }

    /// <summary>A query's largest score so far, with those of 16 tokens it sees. What is not a number makes itself felt in <see cref="Add"/>.</summary>
    /// <param name="scores">The query's 16 scores.</param>
    /// <param name="before">The largest score before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(float* scores, float before)
    {
        Vector256<float> largest8 = Vector256.MaxNative(Vector256.Load(scores), Vector256.Load(scores + 8));
        Vector128<float> largest = Vector128.MaxNative(largest8.GetLower(), largest8.GetUpper());
        largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(2, 3, 0, 1)));
        largest = Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(1, 0, 3, 2)));
        return Vector128.MaxNative(largest, Vector128.CreateScalar(before)).ToScalar();
    }

    /// <summary>The same of 8 queries at once.</summary>
    /// <param name="scores">[8 queries, 16 tokens].</param>
    /// <param name="before">Their largest scores before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LargestOf8(float* scores, Vector256<float> before)
    {
        Vector256<float> a = LargestOf4(scores), b = LargestOf4(scores + (4 * BlockTokens));
        return Vector256.MaxNative(before, Vector256.MaxNative(Avx.Permute2x128(a, b, 0x20), Avx.Permute2x128(a, b, 0x31)));
    }

    // Of 4 queries in each half, still to be joined: a query's numbers meet its others where they would stand one query on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LargestOf4(float* scores)
    {
        Vector256<float> a = Halved(scores), b = Halved(scores + BlockTokens), c = Halved(scores + (2 * BlockTokens)), d = Halved(scores + (3 * BlockTokens));
        Vector256<float> ab = Vector256.MaxNative(Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b)), cd = Vector256.MaxNative(Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        return Vector256.MaxNative(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ab, cd, 0xEE));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halved(float* scores) => Vector256.MaxNative(Vector256.Load(scores), Vector256.Load(scores + 8));

    /// <summary>What 8 queries' earlier sums and outputs must be multiplied with.</summary>
    /// <param name="before">8 largest scores before.</param>
    /// <param name="now">8 largest scores now, each at least as large.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Corrections(Vector256<float> before, Vector256<float> now) =>
        Vector256.ConditionalSelect(Vector256.Equals(before, now), Vector256<float>.One, VectorMath.Exp(before - now));

    /// <summary>Turns a query's 16 scores into powers in place, 0 where hidden, and adds them to its sum.</summary>
    /// <param name="scores">The query's 16 scores.</param>
    /// <param name="largest">Its largest score so far; −∞ while it has seen none.</param>
    /// <param name="correction">What the sum is multiplied with first.</param>
    /// <param name="sum">8 partial sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* scores, float largest, float correction, float* sum)
    {
        if (float.IsNegativeInfinity(largest))
        {
            new Span<float>(scores, BlockTokens).Clear();
            return;
        }

        Vector256<float> both;
        if (Avx512F.IsSupported)
        {
            Vector512<float> powers = VectorMath.Exp(Vector512.Load(scores) - Vector512.Create(largest));
            powers.Store(scores);
            both = powers.GetLower() + powers.GetUpper();
        }
        else
        {
            Vector256<float> a = VectorMath.Exp(Vector256.Load(scores) - Vector256.Create(largest));
            Vector256<float> b = VectorMath.Exp(Vector256.Load(scores + 8) - Vector256.Create(largest));
            a.Store(scores);
            b.Store(scores + 8);
            both = a + b;
        }

        Vector256.MultiplyAddEstimate(Vector256.Load(sum), Vector256.Create(correction), both).Store(sum);
    }

    /// <summary>What a query's output is multiplied with in the end where its head has a sink.</summary>
    /// <param name="sum">The sum of powers relative to the largest score.</param>
    /// <param name="largest">The largest score.</param>
    /// <param name="sink">The sink's score.</param>
    public static float WithSink(float sum, float largest, float sink)
    {
        // Relative to the larger of the two, so that no power overflows.
        float most = MathF.Max(largest, sink);
        Vector256<float> powers = VectorMath.Exp(Vector256.Create(largest, sink, 0, 0, 0, 0, 0, 0) - Vector256.Create(most));
        return powers[0] / ((sum * powers[0]) + powers[1]);
    }

    private static void Cap(float* scores, float softcap)
    {
        for (int i = 0; i < BlockTokens; i += 8) (VectorMath.Tanh(Vector256.Load(scores + i) / softcap) * softcap).Store(scores + i);
    }

    private static void Hide(float* scores, int from, int to)
    {
        for (int i = 0; i < BlockTokens; i += 8)
        {
            Vector256<int> tokens = Vector256<int>.Indices + Vector256.Create(i);
            Vector256<int> seen = Vector256.GreaterThanOrEqual(tokens, Vector256.Create(from)) & Vector256.LessThan(tokens, Vector256.Create(to));
            Vector256.ConditionalSelect(seen.AsSingle(), Vector256.Load(scores + i), Vector256.Create(float.NegativeInfinity)).Store(scores + i);
        }
    }
}

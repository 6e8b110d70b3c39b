using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>What is the same in every form of <see cref="OnlineSoftmax{TWide, T}"/>.</summary>
internal static class OnlineSoftmax
{
    /// <summary>Tokens taken at a time.</summary>
    public const int BlockTokens = 16;
}

/// <summary>
/// Softmax of up to 8 queries over blocks of 16 tokens as they come: each query's largest score so far and, in 8 lanes, the sum of powers
/// relative to it. Queries are taken through each stage together, for each stage's steps wait on one another.
/// </summary>
/// <remarks>On one machine every form gives the same bits. Against double precision, powers and sums are off by 1e-6 of their value at most.</remarks>
/// <typeparam name="TWide">Lanes for powers.</typeparam>
/// <typeparam name="T">Lanes for the rest.</typeparam>
internal static unsafe class OnlineSoftmax<TWide, T>
    where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
    where T : unmanaged, IEightLanes<T>
{
    private const int Tokens = OnlineSoftmax.BlockTokens;
    private const int Lanes = 8;

    private static ReadOnlySpan<float> Places => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

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
        if (from > 0 || to < Tokens) Hide(scores, from, to);
        return Largest(scores, before);
    }

    /// <summary>A query's largest score so far, with those of 16 tokens it sees. What is not a number makes itself felt in <see cref="Add"/>.</summary>
    /// <param name="scores">The query's 16 scores.</param>
    /// <param name="before">The largest score before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(float* scores, float before) =>
        float.MaxNative(T.Largest(T.MaxNative(T.Load(scores), T.Load(scores + Lanes))), before);

    /// <summary>The same of up to 8 queries.</summary>
    /// <param name="scores">[tile, 16 tokens].</param>
    /// <param name="count">How many queries.</param>
    /// <param name="tile">For how many there is room: 8, 4 or 1. What lies there beyond the last query is of no account.</param>
    /// <param name="largest">Their largest scores, which are raised.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RaiseLargest(float* scores, int count, int tile, float* largest)
    {
        if (typeof(T) == typeof(Lanes256) && tile == Lanes)
        {
            LargestScores.Raise8(scores, largest);
            return;
        }

        for (int i = 0; i < count; i++) largest[i] = Largest(scores + (i * Tokens), largest[i]);
    }

    /// <summary>Turns up to 8 queries' scores into powers in place, 0 where hidden, and adds them to their sums.</summary>
    /// <param name="scores">[count, 16 tokens].</param>
    /// <param name="count">How many queries.</param>
    /// <param name="largest">8 largest scores, with these; −∞ while a query has seen none.</param>
    /// <param name="corrections">8 largest scores before these. Receives what earlier sums and outputs must be multiplied with; with the sums that is done.</param>
    /// <param name="sums">[count, 8 partial sums].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* scores, int count, float* largest, float* corrections, float* sums)
    {
        T before = T.Load(corrections), now = T.Load(largest);
        T.SelectEqual(before, now, T.Create(1), VectorMath.Exp(before - now)).Store(corrections);
        for (int i = 0; i < count; i++) AddOne(scores + (i * Tokens), largest[i], corrections[i], sums + (i * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOne(float* scores, float largest, float correction, float* sum)
    {
        if (float.IsNegativeInfinity(largest))
        {
            new Span<float>(scores, Tokens).Clear();
            return;
        }

        T both = TWide.Count == Tokens ? Powers(scores, largest) : Powers(scores, largest) + Powers(scores + Lanes, largest);
        T.MultiplyAdd(T.Load(sum), T.Create(correction), both).Store(sum);
    }

    /// <summary>What a query's output is multiplied with in the end where its head has a sink.</summary>
    /// <param name="sum">The sum of powers relative to the largest score.</param>
    /// <param name="largest">The largest score.</param>
    /// <param name="sink">The sink's score.</param>
    public static float WithSink(float sum, float largest, float sink)
    {
        // Relative to the larger of the two, so that no power overflows.
        float most = MathF.Max(largest, sink);
        float* powers = stackalloc float[Lanes];
        new Span<float>(powers, Lanes).Clear();
        (powers[0], powers[1]) = (largest - most, sink - most);
        VectorMath.Exp(T.Load(powers)).Store(powers);
        return powers[0] / ((sum * powers[0]) + powers[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Powers(float* scores, float largest)
    {
        TWide powers = VectorMath.Exp(TWide.Load(scores) - TWide.Create(largest));
        powers.Store(scores);
        return powers.Folded;
    }

    private static void Cap(float* scores, float softcap)
    {
        for (int i = 0; i < Tokens; i += Lanes) (VectorMath.Tanh(T.Load(scores + i) / T.Create(softcap)) * T.Create(softcap)).Store(scores + i);
    }

    private static void Hide(float* scores, int from, int to)
    {
        T first = T.Create(from), end = T.Create(to), hidden = T.Create(float.NegativeInfinity);
        fixed (float* places = Places)
        {
            for (int i = 0; i < Tokens; i += Lanes)
            {
                T token = T.Load(places + i);
                T.SelectLess(token, first, hidden, T.SelectLess(token, end, T.Load(scores + i), hidden)).Store(scores + i);
            }
        }
    }
}

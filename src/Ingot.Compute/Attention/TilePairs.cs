using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Attention;

/// <summary>
/// The two products of attention as <see cref="TileProducts"/> does them, of two neighbouring tiles at once by 512-bit vectors: each query's number
/// is brought into a register once for both tiles, each weight once for two stretches of its token's values. Every sum is added in the same order: the same bits.
/// </summary>
internal static unsafe class TilePairs
{
    private const int Lanes = 16;

    /// <summary>Each query times each key.</summary>
    /// <param name="first">[head size, 16 tokens].</param>
    /// <param name="second">The same of the next 16.</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="queries">How many queries: 8, 4 or 1.</param>
    /// <param name="scaled">The queries, [queries, stride].</param>
    /// <param name="stride">Floats from one query to the next.</param>
    /// <param name="scores">Receives [queries, 16 tokens] of the first tile.</param>
    /// <param name="secondScores">The same of the second.</param>
    /// <param name="next">The tiles that come next, whose keys are asked for meanwhile.</param>
    public static void Scores(float* first, float* second, int headSize, int queries, float* scaled, int stride, float* scores, float* secondScores, in TilePair next)
    {
        switch (queries)
        {
            case 8: Scores8(first, second, headSize, scaled, stride, scores, secondScores, next); break;
            case 4: Scores4(first, second, headSize, scaled, stride, scores, secondScores, next); break;
            default: Scores1(first, second, headSize, scaled, scores, secondScores, next); break;
        }
    }

    /// <summary>Adds the tokens' values, each as often as its power says, to what each query has so far: first those of one tile, then those of the other.</summary>
    /// <param name="queries">How many queries: 8, 4 or 1.</param>
    /// <param name="first">The first tile, with all of its tokens.</param>
    /// <param name="second">The second tile.</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="totals">[queries, stride].</param>
    /// <param name="stride">Floats from one query's totals to the next one's, a multiple of 16.</param>
    public static void AddValues(int queries, in Weighted first, in Weighted second, int headSize, float* totals, int stride)
    {
        int d = 0;
        if (queries == 8)
        {
            for (; d + Lanes < headSize; d += 2 * Lanes) Add8(first, second, d, headSize, totals + d, stride);
            if (d < headSize)
            {
                Add4(first, second, d, headSize, totals + d, stride, 0);
                Add4(first, second, d, headSize, totals + d, stride, 4);
            }

            return;
        }

        for (; d < headSize; d += Lanes)
        {
            if (queries == 4) Add4(first, second, d, headSize, totals + d, stride, 0);
            else Add1(first, second, d, headSize, totals + d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores8(float* first, float* second, int headSize, float* x, long stride, float* y, float* z, in TilePair next)
    {
        Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        Vector512<float> z0 = default, z1 = default, z2 = default, z3 = default, z4 = default, z5 = default, z6 = default, z7 = default;
        float* x4 = x + (4 * stride);
        float* nextFirst = next.Keys, nextSecond = next.SecondKeys;
        for (float* end = x + headSize; x < end; x++, x4++, first += Lanes, second += Lanes, nextFirst += Lanes, nextSecond += Lanes)
        {
            Sse.Prefetch0(nextFirst);
            Sse.Prefetch0(nextSecond);
            Vector512<float> a = Vector512.Load(first), b = Vector512.Load(second);
            Vector512<float> q = Vector512.Create(*x);
            y0 = Avx512F.FusedMultiplyAdd(q, a, y0);
            z0 = Avx512F.FusedMultiplyAdd(q, b, z0);
            q = Vector512.Create(x[stride]);
            y1 = Avx512F.FusedMultiplyAdd(q, a, y1);
            z1 = Avx512F.FusedMultiplyAdd(q, b, z1);
            q = Vector512.Create(x[2 * stride]);
            y2 = Avx512F.FusedMultiplyAdd(q, a, y2);
            z2 = Avx512F.FusedMultiplyAdd(q, b, z2);
            q = Vector512.Create(x[3 * stride]);
            y3 = Avx512F.FusedMultiplyAdd(q, a, y3);
            z3 = Avx512F.FusedMultiplyAdd(q, b, z3);
            q = Vector512.Create(*x4);
            y4 = Avx512F.FusedMultiplyAdd(q, a, y4);
            z4 = Avx512F.FusedMultiplyAdd(q, b, z4);
            q = Vector512.Create(x4[stride]);
            y5 = Avx512F.FusedMultiplyAdd(q, a, y5);
            z5 = Avx512F.FusedMultiplyAdd(q, b, z5);
            q = Vector512.Create(x4[2 * stride]);
            y6 = Avx512F.FusedMultiplyAdd(q, a, y6);
            z6 = Avx512F.FusedMultiplyAdd(q, b, z6);
            q = Vector512.Create(x4[3 * stride]);
            y7 = Avx512F.FusedMultiplyAdd(q, a, y7);
            z7 = Avx512F.FusedMultiplyAdd(q, b, z7);
        }

        Store4(y0, y1, y2, y3, y);
        Store4(y4, y5, y6, y7, y + (4 * Lanes));
        Store4(z0, z1, z2, z3, z);
        Store4(z4, z5, z6, z7, z + (4 * Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores4(float* first, float* second, int headSize, float* x, long stride, float* y, float* z, in TilePair next)
    {
        Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default, z0 = default, z1 = default, z2 = default, z3 = default;
        float* nextFirst = next.Keys, nextSecond = next.SecondKeys;
        for (float* end = x + headSize; x < end; x++, first += Lanes, second += Lanes, nextFirst += Lanes, nextSecond += Lanes)
        {
            Sse.Prefetch0(nextFirst);
            Sse.Prefetch0(nextSecond);
            Vector512<float> a = Vector512.Load(first), b = Vector512.Load(second);
            Vector512<float> q = Vector512.Create(*x);
            y0 = Avx512F.FusedMultiplyAdd(q, a, y0);
            z0 = Avx512F.FusedMultiplyAdd(q, b, z0);
            q = Vector512.Create(x[stride]);
            y1 = Avx512F.FusedMultiplyAdd(q, a, y1);
            z1 = Avx512F.FusedMultiplyAdd(q, b, z1);
            q = Vector512.Create(x[2 * stride]);
            y2 = Avx512F.FusedMultiplyAdd(q, a, y2);
            z2 = Avx512F.FusedMultiplyAdd(q, b, z2);
            q = Vector512.Create(x[3 * stride]);
            y3 = Avx512F.FusedMultiplyAdd(q, a, y3);
            z3 = Avx512F.FusedMultiplyAdd(q, b, z3);
        }

        Store4(y0, y1, y2, y3, y);
        Store4(z0, z1, z2, z3, z);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores1(float* first, float* second, int headSize, float* x, float* y, float* z, in TilePair next)
    {
        Vector512<float> y0 = default, z0 = default;
        float* nextFirst = next.Keys, nextSecond = next.SecondKeys;
        for (float* end = x + headSize; x < end; x++, first += Lanes, second += Lanes, nextFirst += Lanes, nextSecond += Lanes)
        {
            Sse.Prefetch0(nextFirst);
            Sse.Prefetch0(nextSecond);
            Vector512<float> q = Vector512.Create(*x);
            y0 = Avx512F.FusedMultiplyAdd(q, Vector512.Load(first), y0);
            z0 = Avx512F.FusedMultiplyAdd(q, Vector512.Load(second), z0);
        }

        y0.Store(y);
        z0.Store(z);
    }

    // Two vectors of each query's totals.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add8(in Weighted first, in Weighted second, int d, int headSize, float* o, long stride)
    {
        float* o4 = o + (4 * stride);
        Vector512<float> a0 = Vector512.Load(o), a1 = Vector512.Load(o + stride), a2 = Vector512.Load(o + (2 * stride)), a3 = Vector512.Load(o + (3 * stride));
        Vector512<float> a4 = Vector512.Load(o4), a5 = Vector512.Load(o4 + stride), a6 = Vector512.Load(o4 + (2 * stride)), a7 = Vector512.Load(o4 + (3 * stride));
        Vector512<float> b0 = Vector512.Load(o + Lanes), b1 = Vector512.Load(o + stride + Lanes), b2 = Vector512.Load(o + (2 * stride) + Lanes), b3 = Vector512.Load(o + (3 * stride) + Lanes);
        Vector512<float> b4 = Vector512.Load(o4 + Lanes), b5 = Vector512.Load(o4 + stride + Lanes), b6 = Vector512.Load(o4 + (2 * stride) + Lanes), b7 = Vector512.Load(o4 + (3 * stride) + Lanes);
        for (int tile = 0; tile < 2; tile++)
        {
            Weighted weighted = tile == 0 ? first : second;
            float* c = weighted.Corrections;
            Vector512<float> w = Vector512.Create(*c);
            a0 *= w;
            b0 *= w;
            w = Vector512.Create(c[1]);
            a1 *= w;
            b1 *= w;
            w = Vector512.Create(c[2]);
            a2 *= w;
            b2 *= w;
            w = Vector512.Create(c[3]);
            a3 *= w;
            b3 *= w;
            w = Vector512.Create(c[4]);
            a4 *= w;
            b4 *= w;
            w = Vector512.Create(c[5]);
            a5 *= w;
            b5 *= w;
            w = Vector512.Create(c[6]);
            a6 *= w;
            b6 *= w;
            w = Vector512.Create(c[7]);
            a7 *= w;
            b7 *= w;
            float* weights = weighted.Powers, values = weighted.Values + d;
            float* next = weighted.Next + (d * Lanes);
            for (float* end = weights + weighted.Tokens; weights < end; weights++, values += headSize, next += 2 * Lanes)
            {
                Sse.Prefetch0(next);
                Sse.Prefetch0(next + Lanes);
                Vector512<float> v = Vector512.Load(values), u = Vector512.Load(values + Lanes);
                w = Vector512.Create(*weights);
                a0 = Avx512F.FusedMultiplyAdd(w, v, a0);
                b0 = Avx512F.FusedMultiplyAdd(w, u, b0);
                w = Vector512.Create(weights[16]);
                a1 = Avx512F.FusedMultiplyAdd(w, v, a1);
                b1 = Avx512F.FusedMultiplyAdd(w, u, b1);
                w = Vector512.Create(weights[32]);
                a2 = Avx512F.FusedMultiplyAdd(w, v, a2);
                b2 = Avx512F.FusedMultiplyAdd(w, u, b2);
                w = Vector512.Create(weights[48]);
                a3 = Avx512F.FusedMultiplyAdd(w, v, a3);
                b3 = Avx512F.FusedMultiplyAdd(w, u, b3);
                w = Vector512.Create(weights[64]);
                a4 = Avx512F.FusedMultiplyAdd(w, v, a4);
                b4 = Avx512F.FusedMultiplyAdd(w, u, b4);
                w = Vector512.Create(weights[80]);
                a5 = Avx512F.FusedMultiplyAdd(w, v, a5);
                b5 = Avx512F.FusedMultiplyAdd(w, u, b5);
                w = Vector512.Create(weights[96]);
                a6 = Avx512F.FusedMultiplyAdd(w, v, a6);
                b6 = Avx512F.FusedMultiplyAdd(w, u, b6);
                w = Vector512.Create(weights[112]);
                a7 = Avx512F.FusedMultiplyAdd(w, v, a7);
                b7 = Avx512F.FusedMultiplyAdd(w, u, b7);
            }
        }

        Store2(a0, b0, o);
        Store2(a1, b1, o + stride);
        Store2(a2, b2, o + (2 * stride));
        Store2(a3, b3, o + (3 * stride));
        Store2(a4, b4, o4);
        Store2(a5, b5, o4 + stride);
        Store2(a6, b6, o4 + (2 * stride));
        Store2(a7, b7, o4 + (3 * stride));
    }

    // One vector of four queries' totals, from one of them on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add4(in Weighted first, in Weighted second, int d, int headSize, float* o, long stride, int from)
    {
        o += from * stride;
        Vector512<float> a0 = Vector512.Load(o), a1 = Vector512.Load(o + stride), a2 = Vector512.Load(o + (2 * stride)), a3 = Vector512.Load(o + (3 * stride));
        for (int tile = 0; tile < 2; tile++)
        {
            Weighted weighted = tile == 0 ? first : second;
            float* c = weighted.Corrections + from;
            a0 *= Vector512.Create(*c);
            a1 *= Vector512.Create(c[1]);
            a2 *= Vector512.Create(c[2]);
            a3 *= Vector512.Create(c[3]);
            float* weights = weighted.Powers + (from * Lanes), values = weighted.Values + d;
            float* next = weighted.Next + (d * Lanes);
            for (float* end = weights + weighted.Tokens; weights < end; weights++, values += headSize, next += Lanes)
            {
                Sse.Prefetch0(next);
                Vector512<float> v = Vector512.Load(values);
                a0 = Avx512F.FusedMultiplyAdd(Vector512.Create(*weights), v, a0);
                a1 = Avx512F.FusedMultiplyAdd(Vector512.Create(weights[16]), v, a1);
                a2 = Avx512F.FusedMultiplyAdd(Vector512.Create(weights[32]), v, a2);
                a3 = Avx512F.FusedMultiplyAdd(Vector512.Create(weights[48]), v, a3);
            }
        }

        a0.Store(o);
        a1.Store(o + stride);
        a2.Store(o + (2 * stride));
        a3.Store(o + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add1(in Weighted first, in Weighted second, int d, int headSize, float* o)
    {
        Vector512<float> total = Vector512.Load(o);
        for (int tile = 0; tile < 2; tile++)
        {
            Weighted weighted = tile == 0 ? first : second;
            total *= Vector512.Create(*weighted.Corrections);
            float* weights = weighted.Powers, values = weighted.Values + d;
            float* next = weighted.Next + (d * Lanes);
            for (float* end = weights + weighted.Tokens; weights < end; weights++, values += headSize, next += Lanes)
            {
                Sse.Prefetch0(next);
                total = Avx512F.FusedMultiplyAdd(Vector512.Create(*weights), Vector512.Load(values), total);
            }
        }

        total.Store(o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store2(Vector512<float> a, Vector512<float> b, float* target)
    {
        a.Store(target);
        b.Store(target + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target)
    {
        Store2(a, b, target);
        Store2(c, d, target + (2 * Lanes));
    }

    /// <summary>A tile's values and how much of each.</summary>
    /// <param name="powers">[queries, 16 tokens].</param>
    /// <param name="corrections">[queries]: what their totals are multiplied with first.</param>
    /// <param name="values">[tokens, head size].</param>
    /// <param name="next">The values of the tile that comes next but one, which are asked for meanwhile, line by line as they lie in memory; these where none does.</param>
    /// <param name="tokens">How many tokens there are, at most 16.</param>
    public readonly struct Weighted(float* powers, float* corrections, float* values, float* next, int tokens)
    {
        public float* Powers => powers;

        public float* Corrections => corrections;

        public float* Values => values;

        public float* Next => next;

        public int Tokens => tokens;
    }
}

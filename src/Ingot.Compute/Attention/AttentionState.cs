using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>
/// What there is of some queries after some tokens: their largest scores, and relative to those the sums of powers and of values. Lies in
/// memory of somebody else's, aligned to 64 bytes.
/// </summary>
/// <param name="memory"><see cref="Floats"/> of them.</param>
/// <param name="room">Queries there is room for, a multiple of 8.</param>
/// <param name="stride">Floats from one query's values to the next one's, a multiple of 16.</param>
internal readonly unsafe struct AttentionState(float* memory, int room, int stride)
{
    private const int Lanes = 8;

    /// <summary>[room, stride].</summary>
    public float* Totals => memory;

    /// <summary>[room, 8 partial sums].</summary>
    public float* Sums => memory + (room * stride);

    /// <summary>[room]; −∞ for a query that has seen no token.</summary>
    public float* Largest => Sums + (room * Lanes);

    /// <summary>How much memory one takes.</summary>
    public static int Floats(int room, int stride) => (room * (stride + Lanes)) + ((room + 15) / 16 * 16);

    /// <summary>Before the first token.</summary>
    public void Clear()
    {
        new Span<float>(Totals, room * (stride + Lanes)).Clear();
        new Span<float>(Largest, room).Fill(float.NegativeInfinity);
    }

    /// <summary>Adds what there is of the tokens that follow.</summary>
    /// <param name="later">The same queries' state after those tokens alone.</param>
    /// <param name="count">How many queries.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add<TWide, T>(AttentionState later, int count)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        float* factors = stackalloc float[2 * Lanes];
        for (int first = 0; first < count; first += Lanes)
        {
            float* mine = Largest + first, others = later.Largest + first;
            T before = T.Load(mine), other = T.Load(others), now = T.Max(before, other), one = T.Create(1);
            now.Store(mine);
            T.SelectEqual(before, now, one, VectorMath.Exp(before - now)).Store(factors);
            T.SelectEqual(other, now, one, VectorMath.Exp(other - now)).Store(factors + Lanes);
            for (int i = first; i < Math.Min(count, first + Lanes); i++)
                AddOne<TWide, T>(later, i, factors[i - first], factors[Lanes + i - first]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddOne<TWide, T>(AttentionState later, int query, float keep, float add)
        where TWide : unmanaged, ILanes<TWide>, ILaneFold<T>
        where T : unmanaged, IEightLanes<T>
    {
        float* sums = Sums + (query * Lanes), totals = Totals + (query * stride), values = later.Totals + (query * stride);
        T.MultiplyAdd(T.Load(later.Sums + (query * Lanes)), T.Create(add), T.Load(sums) * T.Create(keep)).Store(sums);
        TWide kept = TWide.Create(keep), added = TWide.Create(add);
        for (int d = 0; d < stride; d += TWide.Count)
            TWide.MultiplyAdd(TWide.Load(values + d), added, TWide.Load(totals + d) * kept).Store(totals + d);
    }
}

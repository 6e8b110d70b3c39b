using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>
/// Adds weighted values of a block's tokens to the running outputs of 8, 4 or 1 queries: o = o · correction + Σ p[token] · value[token].
/// Outputs are [query, stride] with the stride a multiple of 16; a head's last vector may reach beyond it.
/// </summary>
internal static unsafe class ValueKernel<TOps, TFloat>
    where TOps : struct, IFloatOps<TFloat>
    where TFloat : unmanaged
{
    public static void Add(int queries, float* weights, float* corrections, float* values, int headSize, int tokens, float* o, int stride)
    {
        for (int d = 0; d < headSize; d += TOps.Lanes)
        {
            switch (queries)
            {
                case 8: Add8(weights, corrections, values + d, headSize, tokens, o + d, stride); break;
                case 4: Add4(weights, corrections, values + d, headSize, tokens, o + d, stride); break;
                default: Add1(weights, *corrections, values + d, headSize, tokens, o + d); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add8(float* weights, float* corrections, float* values, int headSize, int tokens, float* o, int stride)
    {
        TFloat o0 = Corrected(o, corrections), o1 = Corrected(o + stride, corrections + 1);
        TFloat o2 = Corrected(o + (2 * stride), corrections + 2), o3 = Corrected(o + (3 * stride), corrections + 3);
        TFloat o4 = Corrected(o + (4 * stride), corrections + 4), o5 = Corrected(o + (5 * stride), corrections + 5);
        TFloat o6 = Corrected(o + (6 * stride), corrections + 6), o7 = Corrected(o + (7 * stride), corrections + 7);
        for (float* end = weights + tokens; weights < end; weights++, values += headSize)
        {
            TFloat value = TOps.Load(values);
            o0 = TOps.MultiplyAdd(TOps.Broadcast(*weights), value, o0);
            o1 = TOps.MultiplyAdd(TOps.Broadcast(weights[16]), value, o1);
            o2 = TOps.MultiplyAdd(TOps.Broadcast(weights[32]), value, o2);
            o3 = TOps.MultiplyAdd(TOps.Broadcast(weights[48]), value, o3);
            o4 = TOps.MultiplyAdd(TOps.Broadcast(weights[64]), value, o4);
            o5 = TOps.MultiplyAdd(TOps.Broadcast(weights[80]), value, o5);
            o6 = TOps.MultiplyAdd(TOps.Broadcast(weights[96]), value, o6);
            o7 = TOps.MultiplyAdd(TOps.Broadcast(weights[112]), value, o7);
        }

        TOps.Store(o0, o);
        TOps.Store(o1, o + stride);
        TOps.Store(o2, o + (2 * stride));
        TOps.Store(o3, o + (3 * stride));
        TOps.Store(o4, o + (4 * stride));
        TOps.Store(o5, o + (5 * stride));
        TOps.Store(o6, o + (6 * stride));
        TOps.Store(o7, o + (7 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add4(float* weights, float* corrections, float* values, int headSize, int tokens, float* o, int stride)
    {
        TFloat o0 = Corrected(o, corrections), o1 = Corrected(o + stride, corrections + 1);
        TFloat o2 = Corrected(o + (2 * stride), corrections + 2), o3 = Corrected(o + (3 * stride), corrections + 3);
        for (float* end = weights + tokens; weights < end; weights++, values += headSize)
        {
            TFloat value = TOps.Load(values);
            o0 = TOps.MultiplyAdd(TOps.Broadcast(*weights), value, o0);
            o1 = TOps.MultiplyAdd(TOps.Broadcast(weights[16]), value, o1);
            o2 = TOps.MultiplyAdd(TOps.Broadcast(weights[32]), value, o2);
            o3 = TOps.MultiplyAdd(TOps.Broadcast(weights[48]), value, o3);
        }

        TOps.Store(o0, o);
        TOps.Store(o1, o + stride);
        TOps.Store(o2, o + (2 * stride));
        TOps.Store(o3, o + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add1(float* weights, float correction, float* values, int headSize, int tokens, float* o)
    {
        TFloat total = Corrected(o, &correction);
        for (float* end = weights + tokens; weights < end; weights++, values += headSize)
            total = TOps.MultiplyAdd(TOps.Broadcast(*weights), TOps.Load(values), total);
        TOps.Store(total, o);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Corrected(float* o, float* correction) => TOps.Multiply(TOps.Load(o), TOps.Broadcast(*correction));
}

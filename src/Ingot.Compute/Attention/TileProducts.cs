using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Attention;

/// <summary>The two products of attention, of 8, 4 or 1 queries and 16 tokens, by vectors of a given width.</summary>
internal static unsafe class TileProducts
{
    /// <summary>Each query times each key.</summary>
    /// <param name="keys">[head size, 16 tokens].</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="queries">How many queries: 8, 4 or 1.</param>
    /// <param name="scaled">The queries, [queries, stride].</param>
    /// <param name="stride">Floats from one query to the next.</param>
    /// <param name="scores">Receives [queries, 16 tokens].</param>
    /// <param name="form">Which vectors to use.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scores(float* keys, int headSize, int queries, float* scaled, int stride, float* scores, KernelForm form)
    {
        const int Tokens = OnlineSoftmax.BlockTokens;
        var keyTile = new SourceTensor(keys, headSize * Tokens * sizeof(float), ElementType.Float32);
        switch (form)
        {
            case KernelForm.Vector512:
                FloatKernel<Ops512, Vector512<float>>.Multiply(keyTile, headSize, queries, scaled, stride, scores, Tokens);
                break;
            case KernelForm.Vector256:
                FloatKernel<Ops256, Vector256<float>>.Multiply(keyTile, headSize, queries, scaled, stride, scores, Tokens);
                break;
            case KernelForm.Vector128:
                FloatKernel<Ops128, Vector128<float>>.Multiply(keyTile, headSize, queries, scaled, stride, scores, Tokens);
                break;
            default:
                FloatKernel<OpsScalar, float>.Multiply(keyTile, headSize, queries, scaled, stride, scores, Tokens);
                break;
        }
    }

    /// <summary>Adds the tokens' values, each as often as its power says, to what each query has so far.</summary>
    /// <param name="queries">How many queries: 8, 4 or 1.</param>
    /// <param name="powers">[queries, 16 tokens].</param>
    /// <param name="corrections">[queries]: what their totals are multiplied with first.</param>
    /// <param name="values">[tokens, head size].</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="tokens">How many tokens there are, at most 16.</param>
    /// <param name="totals">[queries, stride].</param>
    /// <param name="stride">Floats from one query's totals to the next one's.</param>
    /// <param name="form">Which vectors to use.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddValues(int queries, float* powers, float* corrections, float* values, int headSize, int tokens, float* totals, int stride, KernelForm form)
    {
        switch (form)
        {
            case KernelForm.Vector512:
                ValueKernel<Ops512, Vector512<float>>.Add(queries, powers, corrections, values, headSize, tokens, totals, stride);
                break;
            case KernelForm.Vector256:
                ValueKernel<Ops256, Vector256<float>>.Add(queries, powers, corrections, values, headSize, tokens, totals, stride);
                break;
            case KernelForm.Vector128:
                ValueKernel<Ops128, Vector128<float>>.Add(queries, powers, corrections, values, headSize, tokens, totals, stride);
                break;
            default:
                ValueKernel<OpsScalar, float>.Add(queries, powers, corrections, values, headSize, tokens, totals, stride);
                break;
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>The function between an expert's products.</summary>
/// <param name="Function">The function of each number, or of the gates; null for none. Without meaning where <see cref="Swish"/> is there.</param>
/// <param name="Swish">Gates and ups bounded and mixed as SwiGLU does; null for <see cref="Function"/>.</param>
internal sealed unsafe record ExpertActivation(ActivationFunction? Function, SwishGate? Swish)
{
    /// <summary>y = the function of x, times <paramref name="up"/> where there is one.</summary>
    /// <param name="x">[count].</param>
    /// <param name="up">[count], or null.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers.</param>
    public void Apply(float* x, float* up, float* y, int count)
    {
        if (Swish is { } swish)
            ExpertFunctions.SwishGate(swish, x, up, y, count);
        else if (Function is { } function && up == null)
            RowOps.Apply(function, x, y, count);
        else if (Function is { } gated)
            RowOps.ApplyGated(gated, x, up, y, count);
        else if (up != null)
            RowOps.Multiply(x, up, y, count);
    }
}

/// <summary>g · sigmoid(alpha · g) · (l + beta), with g at most the limit and l within it on both sides.</summary>
/// <param name="Alpha">Steepness of the sigmoid.</param>
/// <param name="Beta">Added to the ups.</param>
/// <param name="Limit">The bound, above 0; infinity for none.</param>
internal readonly record struct SwishGate(float Alpha, float Beta, float Limit);

/// <summary>What experts do to rows besides products.</summary>
internal static unsafe class ExpertFunctions
{
    private const int Lanes = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SwishGate(SwishGate swish, float* gate, float* up, float* y, int count)
    {
        float* rest = stackalloc float[2 * Lanes];
        for (int i = 0; i < count; i += Lanes)
        {
            if (count - i >= Lanes)
            {
                SwishGate(swish, Vector256.Load(gate + i), Vector256.Load(up + i)).Store(y + i);
                continue;
            }

            // What is left over goes through the same steps, filled up.
            for (int j = 0; j < count - i; j++) (rest[j], rest[Lanes + j]) = (gate[i + j], up[i + j]);
            SwishGate(swish, Vector256.Load(rest), Vector256.Load(rest + Lanes)).Store(rest);
            for (int j = 0; j < count - i; j++) y[i + j] = rest[j];
        }
    }

    /// <summary>sum = x · factor, or sum + x · factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float factor, float* sum, int count, bool isFirst)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256<float> part = Vector256.Load(x + i) * factor;
            (isFirst ? part : Vector256.Load(sum + i) + part).Store(sum + i);
        }

        for (; i < count; i++) sum[i] = isFirst ? x[i] * factor : sum[i] + (x[i] * factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> SwishGate(SwishGate swish, Vector256<float> gate, Vector256<float> up)
    {
        Vector256<float> limit = Vector256.Create(swish.Limit);
        Vector256<float> g = Vector256.Min(gate, limit);
        Vector256<float> l = Vector256.Max(Vector256.Min(up, limit), -limit);
        return g * VectorMath.Sigmoid(g * swish.Alpha) * (l + Vector256.Create(swish.Beta));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>A function of each number of a row.</summary>
internal interface IRowFunction
{
    static abstract Vector256<float> Invoke(Vector256<float> x);

    // The same bits, number by number.
    static abstract Vector512<float> Invoke(Vector512<float> x);
}

internal readonly struct SiluFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => x * VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => x * VectorMath.Sigmoid(x);
}

/// <summary>1/2 · (1 + tanh(u)) is sigmoid(2u), which loses nothing where tanh is near −1.</summary>
internal readonly struct GeluTanhFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x)
    {
        Vector256<float> cubic = Vector256.MultiplyAddEstimate(x * x, Vector256.Create(2 * 0.79788456f * 0.044715f), Vector256.Create(2 * 0.79788456f));
        return x * VectorMath.Sigmoid(x * cubic);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x)
    {
        Vector512<float> cubic = Vector512.MultiplyAddEstimate(x * x, Vector512.Create(2 * 0.79788456f * 0.044715f), Vector512.Create(2 * 0.79788456f));
        return x * VectorMath.Sigmoid(x * cubic);
    }
}

internal readonly struct GeluErfFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => x * 0.5f * VectorMath.OnePlusErf(x * 0.70710678f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => Vector512.Create(Invoke(x.GetLower()), Invoke(x.GetUpper()));
}

internal readonly struct GeluQuickFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => x * VectorMath.Sigmoid(x * 1.702f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => x * VectorMath.Sigmoid(x * 1.702f);
}

internal readonly struct ReluFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);
}

internal readonly struct SigmoidFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => VectorMath.Sigmoid(x);
}

internal readonly struct TanhFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Invoke(Vector512<float> x) => Vector512.Create(Invoke(x.GetLower()), Invoke(x.GetUpper()));
}

using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>A function of each number of a row.</summary>
internal interface IRowFunction
{
    static abstract T Invoke<T>(T x)
        where T : unmanaged, ILanes<T>;
}

internal readonly struct SiluFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => x * VectorMath.Sigmoid(x);
}

/// <summary>1/2 · (1 + tanh(u)) is sigmoid(2u), which loses nothing where tanh is near −1.</summary>
internal readonly struct GeluTanhFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T cubic = T.MultiplyAdd(x * x, T.Create(2 * 0.79788456f * 0.044715f), T.Create(2 * 0.79788456f));
        return x * VectorMath.Sigmoid(x * cubic);
    }
}

internal readonly struct GeluErfFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => x * T.Create(0.5f) * VectorMath.OnePlusErf(x * T.Create(0.70710678f));
}

internal readonly struct GeluQuickFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => x * VectorMath.Sigmoid(x * T.Create(1.702f));
}

internal readonly struct ReluFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => T.AtLeast(x, 0);
}

internal readonly struct SigmoidFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => VectorMath.Sigmoid(x);
}

internal readonly struct TanhFunction : IRowFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Invoke<T>(T x)
        where T : unmanaged, ILanes<T> => VectorMath.Tanh(x);
}

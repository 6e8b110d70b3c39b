using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>8 floats in two vectors of 128 bits: NEON, SSE.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> low, Vector128<float> high) : IEightLanes<Lanes128>
{
    private readonly Vector128<float> _low = low;
    private readonly Vector128<float> _high = high;

    public static int Count => 8;

    public Lanes128 Folded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a) => new(-a._low, -a._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source), Vector128.Load(source + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value), Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(Vector128.MultiplyAddEstimate(a._low, b._low, c._low), Vector128.MultiplyAddEstimate(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.Min(a._low, b._low), Vector128.Min(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.Max(a._low, b._low), Vector128.Max(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AtMost(Lanes128 a, float most) => new(Vector128.Min(a._low, Vector128.Create(most)), Vector128.Min(a._high, Vector128.Create(most)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AtLeast(Lanes128 a, float least) => new(Vector128.Max(a._low, Vector128.Create(least)), Vector128.Max(a._high, Vector128.Create(least)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MaxNative(Lanes128 a, Lanes128 b) =>
        new(Vector128.MaxNative(a._low, b._low), Vector128.MaxNative(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 a) => new(Vector128.Abs(a._low), Vector128.Abs(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CopySign(Lanes128 size, Lanes128 sign) =>
        new(Vector128.CopySign(size._low, sign._low), Vector128.CopySign(size._high, sign._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Floor(Lanes128 a) => new(Vector128.Floor(a._low), Vector128.Floor(a._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 exponent) => new(PowerOfTwo(exponent._low), PowerOfTwo(exponent._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectLess(Lanes128 a, Lanes128 b, Lanes128 less, Lanes128 other) => new(
        Vector128.ConditionalSelect(Vector128.LessThan(a._low, b._low), less._low, other._low),
        Vector128.ConditionalSelect(Vector128.LessThan(a._high, b._high), less._high, other._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectEqual(Lanes128 a, Lanes128 b, Lanes128 equal, Lanes128 other) => new(
        Vector128.ConditionalSelect(Vector128.Equals(a._low, b._low), equal._low, other._low),
        Vector128.ConditionalSelect(Vector128.Equals(a._high, b._high), equal._high, other._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 a) => Vector128.Sum(a._low) + Vector128.Sum(a._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes128 a) => Largest(Vector128.MaxNative(a._low, a._high));

    /// <summary>The largest of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> four)
    {
        Vector128<float> largest = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(largest, Vector128.Shuffle(largest, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target)
    {
        _low.Store(target);
        _high.Store(target + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<float> exponent) =>
        Vector128.ShiftLeft(Vector128.ConvertToInt32(exponent) + Vector128.Create(127), 23).AsSingle();
}

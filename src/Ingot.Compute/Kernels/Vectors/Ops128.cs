using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>128-bit vectors of any machine: 4 outputs at a time; bytes by Arm's dot product, by SSSE3's maddubs, or widened.</summary>
internal readonly unsafe struct Ops128 : IVectorOps<Vector128<int>, Vector128<float>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LoadCodes(byte* codes) => Vector128.Load((int*)codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> LowHalves(Vector128<int> codes) => codes & Vector128.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> HighHalves(Vector128<int> codes) => Vector128.ShiftRightLogical(codes, 4) & Vector128.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Start(int* starts) =>
        Vector128.Create(Dp.IsSupported || !Ssse3.IsSupported ? (short)*starts + (*starts >> 16) : *starts);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> codes, sbyte* x)
    {
        Vector128<sbyte> four = Vector128.Create(*(int*)x).AsSByte();
        if (Dp.IsSupported) return Dp.DotProduct(sum, codes.AsSByte(), four);
        if (Ssse3.IsSupported) return Sse2.Add(sum.AsInt16(), Ssse3.MultiplyAddAdjacent(codes.AsByte(), four)).AsInt32();
        return sum + WidenedDot(codes.AsByte(), four);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Finish(Vector128<int> sum) =>
        !Dp.IsSupported && Ssse3.IsSupported ? Sse2.MultiplyAddAdjacent(sum.AsInt16(), Vector128.Create((short)1)) : sum;

    // Arm's dot product takes signed bytes: 128 is taken off each code here and given back in Finish.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> DotLow(Vector128<int> sum, Vector128<int> codes, sbyte* x)
    {
        if (Dp.IsSupported) return Dot(sum, codes ^ Vector128.Create((byte)0x80).AsInt32(), x);
        return Ssse3.IsSupported ? Dot(sum, LowHalves(codes), x) : Dot(sum, codes, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> DotHigh(Vector128<int> sum, Vector128<int> codes, sbyte* x) =>
        !Dp.IsSupported && Ssse3.IsSupported ? Dot(sum, HighHalves(codes), x) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Finish(Vector128<int> low, Vector128<int> high, int start)
    {
        if (Dp.IsSupported) return low - Vector128.Create(start * 16);
        if (!Ssse3.IsSupported) return low;
        return Finish(low) + Sse2.MultiplyAddAdjacent(high.AsInt16(), Vector128.Create((short)16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<int> lanes, int subtrahend) => Vector128.ConvertToSingle(lanes - Vector128.Create(subtrahend));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToFloat(Vector128<int> lanes) => Vector128.ConvertToSingle(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadHalf(ushort* source)
    {
        Vector128<int> bits = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)source).AsInt16());
        Vector128<int> sign = bits & Vector128.Create(int.MinValue);
        Vector128<int> magnitude = Vector128.ShiftLeft(bits, 13) & Vector128.Create(0x0FFFE000);

        // Below the smallest normal Half the exponent is 0: give it one more than it has, then take that away again.
        Vector128<float> small = (magnitude + Vector128.Create(113 << 23)).AsSingle() - Vector128.Create(6.103515625e-05f);
        Vector128<float> normal = (magnitude + Vector128.Create(112 << 23)).AsSingle();
        Vector128<float> value = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(1 << 23)).AsSingle(), small, normal);
        return value | sign.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBFloat16(ushort* source) =>
        Vector128.ShiftLeft(Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)source).AsUInt16()), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* source) =>
        Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)source).AsByte())).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadSignedBytes(sbyte* source) =>
        Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)source).AsSByte())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    private static Vector128<int> WidenedDot(Vector128<byte> codes, Vector128<sbyte> four)
    {
        Vector128<short> lower = Vector128.WidenLower(codes).AsInt16(), upper = Vector128.WidenUpper(codes).AsInt16();
        Vector128<short> lowerX = Vector128.WidenLower(four), upperX = Vector128.WidenUpper(four);
        Vector128<int> first = Sum4(Vector128.WidenLower(lower) * Vector128.WidenLower(lowerX), Vector128.WidenUpper(lower) * Vector128.WidenUpper(lowerX));
        Vector128<int> second = Sum4(Vector128.WidenLower(upper) * Vector128.WidenLower(upperX), Vector128.WidenUpper(upper) * Vector128.WidenUpper(upperX));
        return Vector128.Create(first.GetElement(0), first.GetElement(1), second.GetElement(0), second.GetElement(1));
    }

    // The sums of a and of b, in the first two lanes.
    private static Vector128<int> Sum4(Vector128<int> a, Vector128<int> b) => Vector128.CreateScalar(Vector128.Sum(a)).WithElement(1, Vector128.Sum(b));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>AVX-512: 16 outputs at a time. The runtime shows no 512-bit VNNI, so bytes are multiplied by maddubs with 16-bit partial sums.</summary>
internal readonly unsafe struct Ops512 : IVectorOps<Vector512<int>, Vector512<float>>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadCodes(byte* codes) => Vector512.Load((int*)codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LowHalves(Vector512<int> codes) => codes & Vector512.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> HighHalves(Vector512<int> codes) => Vector512.ShiftRightLogical(codes, 4) & Vector512.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Start(int* starts) => Vector512.Create(*starts);

    // 8 times two products of at most 15 · 127 stay below 32,768.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(Vector512<int> sum, Vector512<int> codes, sbyte* x) =>
        Avx512BW.Add(sum.AsInt16(), Avx512BW.MultiplyAddAdjacent(codes.AsByte(), Vector512.Create(*(int*)x).AsSByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Finish(Vector512<int> sum) => Avx512BW.MultiplyAddAdjacent(sum.AsInt16(), Vector512.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> DotLow(Vector512<int> sum, Vector512<int> codes, sbyte* x) => Dot(sum, LowHalves(codes), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> DotHigh(Vector512<int> sum, Vector512<int> codes, sbyte* x) => Dot(sum, HighHalves(codes), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Finish(Vector512<int> low, Vector512<int> high, int start) =>
        Finish(low) + Avx512BW.MultiplyAddAdjacent(high.AsInt16(), Vector512.Create((short)16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<int> lanes, int subtrahend) => Vector512.ConvertToSingle(lanes - Vector512.Create(subtrahend));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToFloat(Vector512<int> lanes) => Vector512.ConvertToSingle(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadHalf(ushort* source)
    {
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(Vector256.Load((short*)source));
        Vector512<int> sign = bits & Vector512.Create(int.MinValue);
        Vector512<int> magnitude = Vector512.ShiftLeft(bits, 13) & Vector512.Create(0x0FFFE000);

        // Below the smallest normal Half the exponent is 0: give it one more than it has, then take that away again.
        Vector512<float> small = (magnitude + Vector512.Create(113 << 23)).AsSingle() - Vector512.Create(6.103515625e-05f);
        Vector512<float> normal = (magnitude + Vector512.Create(112 << 23)).AsSingle();
        Vector512<float> value = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(1 << 23)).AsSingle(), small, normal);
        return value | sign.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBFloat16(ushort* source) =>
        Vector512.ShiftLeft(Avx512F.ConvertToVector512Int32(Vector256.Load(source)), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBytes(byte* source) => Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadSignedBytes(sbyte* source) => Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAdd(a, b, c);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>AVX2: 8 outputs at a time; bytes by AVX-VNNI where there is one, else by maddubs with 16-bit partial sums.</summary>
internal readonly unsafe struct Ops256 : IVectorOps<Vector256<int>, Vector256<float>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadCodes(byte* codes) => Vector256.Load((int*)codes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LowHalves(Vector256<int> codes) => codes & Vector256.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> HighHalves(Vector256<int> codes) => Vector256.ShiftRightLogical(codes, 4) & Vector256.Create(0x0F0F0F0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Start(int* starts) =>
        Vector256.Create(AvxVnni.IsSupported ? (short)*starts + (*starts >> 16) : *starts);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<int> sum, Vector256<int> codes, sbyte* x)
    {
        Vector256<sbyte> four = Vector256.Create(*(int*)x).AsSByte();
        if (AvxVnni.IsSupported) return AvxVnni.MultiplyWideningAndAdd(sum, codes.AsByte(), four);
        return Avx2.Add(sum.AsInt16(), Avx2.MultiplyAddAdjacent(codes.AsByte(), four)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish(Vector256<int> sum) =>
        AvxVnni.IsSupported ? sum : Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> DotLow(Vector256<int> sum, Vector256<int> codes, sbyte* x) =>
        Dot(sum, AvxVnni.IsSupported ? codes : LowHalves(codes), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> DotHigh(Vector256<int> sum, Vector256<int> codes, sbyte* x) =>
        AvxVnni.IsSupported ? sum : Dot(sum, HighHalves(codes), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Finish(Vector256<int> low, Vector256<int> high, int start) =>
        AvxVnni.IsSupported ? low : Finish(low) + Avx2.MultiplyAddAdjacent(high.AsInt16(), Vector256.Create((short)16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<int> lanes, int subtrahend) => Vector256.ConvertToSingle(lanes - Vector256.Create(subtrahend));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToFloat(Vector256<int> lanes) => Vector256.ConvertToSingle(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadHalf(ushort* source)
    {
        Vector256<int> bits = Avx2.ConvertToVector256Int32(Vector128.Load((short*)source));
        Vector256<int> sign = bits & Vector256.Create(int.MinValue);
        Vector256<int> magnitude = Vector256.ShiftLeft(bits, 13) & Vector256.Create(0x0FFFE000);

        // Below the smallest normal Half the exponent is 0: give it one more than it has, then take that away again.
        Vector256<float> small = (magnitude + Vector256.Create(113 << 23)).AsSingle() - Vector256.Create(6.103515625e-05f);
        Vector256<float> normal = (magnitude + Vector256.Create(112 << 23)).AsSingle();
        Vector256<float> value = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(1 << 23)).AsSingle(), small, normal);
        return value | sign.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBFloat16(ushort* source) =>
        Vector256.ShiftLeft(Avx2.ConvertToVector256Int32(Vector128.Load(source)), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBytes(byte* source) => Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadSignedBytes(sbyte* source) => Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Fma.MultiplyAdd(a, b, c);
}

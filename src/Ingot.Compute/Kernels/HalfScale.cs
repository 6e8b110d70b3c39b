using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Kernels;

/// <summary>Scales in half precision: whether floats are half-precision numbers exactly, and the conversion where they are. .NET has no instruction for it.</summary>
internal static unsafe class HalfScale
{
    // The least normal half and the first float beyond the largest one, as bits of floats.
    private const uint LeastNormal = 0x38800000;
    private const uint BeyondLargest = 0x47800000;
    private const uint LostBits = 0x1FFF;
    private const uint Magnitude = 0x7FFFFFFF;
    private const ushort HalfExponent = 0x7C00;

    /// <summary>Bits of a float that is a half-precision number exactly, as bits of that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Narrow(uint bits)
    {
        uint size = bits & Magnitude;
        return size - LeastNormal < BeyondLargest - LeastNormal
            ? (ushort)(((bits >> 16) & 0x8000) | ((size - (LeastNormal - 0x00800000)) >> 13))
            : BitConverter.HalfToUInt16Bits((Half)BitConverter.UInt32BitsToSingle(bits));
    }

    /// <summary>How many of the first floats are ordinary half-precision numbers exactly; those that follow are to be looked at one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountExact(byte* floats, int count)
    {
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            Vector256<uint> bits = Vector256.Load(floats + (i * (long)sizeof(float))).AsUInt32();
            Vector256<uint> size = bits & Vector256.Create(Magnitude);
            Vector256<uint> isNormal = Vector256.LessThan(size - Vector256.Create(LeastNormal), Vector256.Create(BeyondLargest - LeastNormal));
            Vector256<uint> isExact = Vector256.Equals(bits & Vector256.Create(LostBits), Vector256<uint>.Zero);
            if ((isNormal & isExact) != Vector256<uint>.AllBitsSet) break;
        }

        return i;
    }

    /// <summary>How many of the first halves are finite numbers; those that follow are to be looked at one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountFinite(byte* halves, int count)
    {
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            Vector256<ushort> exponents = Vector256.Load(halves + (i * (long)sizeof(ushort))).AsUInt16() & Vector256.Create(HalfExponent);
            if (Vector256.EqualsAny(exponents, Vector256.Create(HalfExponent))) break;
        }

        return i;
    }

    /// <summary>Bits of eight floats, all of them half-precision numbers exactly, as bits of those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ushort> Narrow(Vector256<uint> bits)
    {
        Vector256<uint> size = bits & Vector256.Create(Magnitude);
        if (!Vector256.LessThanAll(size - Vector256.Create(LeastNormal), Vector256.Create(BeyondLargest - LeastNormal))) return NarrowEach(bits);
        Vector256<uint> half = ((bits >> 16) & Vector256.Create(0x8000u)) | ((size - Vector256.Create(LeastNormal - 0x00800000)) >> 13);
        return Vector128.Narrow(half.GetLower(), half.GetUpper());
    }

    // Zero, the least ones, and what no half is.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<ushort> NarrowEach(Vector256<uint> bits)
    {
        ushort* halves = stackalloc ushort[8];
        for (int i = 0; i < 8; i++) halves[i] = Narrow(bits[i]);
        return Vector128.Load(halves);
    }
}

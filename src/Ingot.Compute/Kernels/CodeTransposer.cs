using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Ingot.Compute.Kernels.VectorZip;

namespace Ingot.Compute.Kernels;

/// <summary>Brings 4-bit codes of four or eight rows into a tile's order, whole groups of 32 inputs at a time: what packing a model spends most of its time with.</summary>
internal static unsafe class CodeTransposer
{
    private const int Few = 4;
    private const int Many = 8;
    private const int GroupBytes = 16;
    private const int LineBytes = 64;

    /// <summary>Rows that can be taken together.</summary>
    /// <param name="left">How many there are at the most.</param>
    /// <returns>1: none, they are to be packed in another way.</returns>
    public static int RowsTaken(long left) => Avx2.IsSupported && left >= Many ? Many : IsSupported && left >= Few ? Few : 1;

    /// <summary>Packs.</summary>
    /// <param name="rows">The first row; a byte holds inputs 2i and 2i + 1.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="count">How many rows: what <see cref="RowsTaken"/> said, more than 1.</param>
    /// <param name="groups">Whole groups in a row.</param>
    /// <param name="tile">Where the first row's four bytes of the first line go; a byte holds inputs j and 16 + j.</param>
    public static void Pack(byte* rows, long stride, int count, int groups, byte* tile)
    {
        if (count == Many) PackMany(rows, stride, groups, tile);
        else PackFew(rows, stride, groups, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackFew(byte* rows, long stride, int groups, byte* tile)
    {
        byte* second = rows + stride, third = second + stride, fourth = third + stride;
        for (int g = 0; g < groups; g++, tile += 4 * LineBytes)
        {
            long at = (long)g * GroupBytes;
            Vector128<uint> a = Halves(rows + at), b = Halves(second + at), c = Halves(third + at), d = Halves(fourth + at);
            Vector128<ulong> ab = Low(a, b).AsUInt64(), cd = Low(c, d).AsUInt64();
            Low(ab, cd).AsByte().Store(tile);
            High(ab, cd).AsByte().Store(tile + LineBytes);
            (ab, cd) = (High(a, b).AsUInt64(), High(c, d).AsUInt64());
            Low(ab, cd).AsByte().Store(tile + (2 * LineBytes));
            High(ab, cd).AsByte().Store(tile + (3 * LineBytes));
        }
    }

    // A vector holds a row and the fourth one after it: the same steps, twice as wide.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackMany(byte* rows, long stride, int groups, byte* tile)
    {
        byte* second = rows + stride, third = second + stride, fourth = third + stride;
        // What the next tile will read, as far apart as it is there: rows of small matrices are too short for the processor to see them coming.
        byte* ahead = rows + (WeightMatrix.TileSize * stride);
        for (int g = 0; g < groups; g++, tile += 4 * LineBytes, ahead += Many * GroupBytes)
        {
            Sse.Prefetch0(ahead);
            Sse.Prefetch0(ahead + LineBytes);
            long at = (long)g * GroupBytes;
            Vector256<uint> a = Halves(rows + at, Few * stride), b = Halves(second + at, Few * stride), c = Halves(third + at, Few * stride), d = Halves(fourth + at, Few * stride);
            Vector256<ulong> ab = Avx2.UnpackLow(a, b).AsUInt64(), cd = Avx2.UnpackLow(c, d).AsUInt64();
            Avx2.UnpackLow(ab, cd).AsByte().Store(tile);
            Avx2.UnpackHigh(ab, cd).AsByte().Store(tile + LineBytes);
            (ab, cd) = (Avx2.UnpackHigh(a, b).AsUInt64(), Avx2.UnpackHigh(c, d).AsUInt64());
            Avx2.UnpackLow(ab, cd).AsByte().Store(tile + (2 * LineBytes));
            Avx2.UnpackHigh(ab, cd).AsByte().Store(tile + (3 * LineBytes));
        }
    }

    // Inputs 0 to 15 of a row in the low halves of bytes, 16 to 31 in the high ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Halves(byte* row)
    {
        Vector128<byte> pairs = Vector128.Load(row), mask = Vector128.Create((byte)15);
        Vector128<byte> even = pairs & mask, odd = Vector128.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & mask;
        return Low(even, odd).AsUInt32() | Vector128.ShiftLeft(High(even, odd).AsUInt32(), 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Halves(byte* row, long toOther)
    {
        Vector256<byte> pairs = Vector256.Create(Vector128.Load(row), Vector128.Load(row + toOther)), mask = Vector256.Create((byte)15);
        Vector256<byte> even = pairs & mask, odd = Vector256.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & mask;
        return Avx2.UnpackLow(even, odd).AsUInt32() | Vector256.ShiftLeft(Avx2.UnpackHigh(even, odd).AsUInt32(), 4);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Ingot.Compute.Kernels.VectorZip;

namespace Ingot.Compute.Kernels;

/// <summary>Brings 4-bit codes of four rows into a tile's order, whole groups of 32 inputs at a time: what packing a model spends most of its time with.</summary>
internal static unsafe class CodeTransposer
{
    /// <summary>Rows taken together.</summary>
    public const int Rows = 4;

    private const int GroupBytes = 16;
    private const int LineBytes = 64;

    public static bool IsSupported => VectorZip.IsSupported;

    /// <summary>Packs.</summary>
    /// <param name="rows">The first row; a byte holds inputs 2i and 2i + 1.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="groups">Whole groups in a row.</param>
    /// <param name="tile">Where the first row's four bytes of the first line go; a byte holds inputs j and 16 + j.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte* rows, long stride, int groups, byte* tile)
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

    // Inputs 0 to 15 of a row in the low halves of bytes, 16 to 31 in the high ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Halves(byte* row)
    {
        Vector128<byte> pairs = Vector128.Load(row), mask = Vector128.Create((byte)15);
        Vector128<byte> even = pairs & mask, odd = Vector128.ShiftRightLogical(pairs.AsUInt16(), 4).AsByte() & mask;
        return Low(even, odd).AsUInt32() | Vector128.ShiftLeft(High(even, odd).AsUInt32(), 4);
    }
}

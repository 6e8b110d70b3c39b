using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Products of two neighbouring 4-bit tiles with many rows by AVX-512: codes are unpacked once for all rows, and 8 rows meet both tiles at once,
/// so that an activation is fetched once for two products. Sums are made in the order of <see cref="FourBitKernel{TOps, TInt, TFloat}"/>: the same bits.
/// </summary>
internal static unsafe class ManyRowsKernel
{
    private const int Rows = Activations.RowsTogether;

    private const int Line = 64;

    private const int Outputs = 2 * WeightMatrix.TileSize;

    // Below this unpacking costs more than it saves.
    private const int FewestRows = 3 * Rows;

    /// <summary>How many of some rows this does, from the first on; the rest, and other layouts, are for kernels of a few rows.</summary>
    public static int RowsTaken(BlockQuantizedLayout layout, int rowCount, KernelForm form) =>
        form == KernelForm.Vector512 && layout is { Bits: 4, ZeroPoints: ZeroPointKind.Middle } && layout.BlockSize >= Activations.GroupSize && rowCount >= FewestRows
            ? rowCount / Rows * Rows
            : 0;

    /// <summary>Writes the products of whole eights of rows with two tiles.</summary>
    /// <param name="first">The tile of the first 16 outputs.</param>
    /// <param name="second">The tile of the next 16.</param>
    /// <param name="x">The rows.</param>
    /// <param name="rowCount">How many, a multiple of 8.</param>
    /// <param name="y">Row 0's first output.</param>
    /// <param name="yRowStride">Floats from row to row.</param>
    [SkipLocalsInit]
    public static void Multiply(in PackedTile first, in PackedTile second, in Activations x, int rowCount, float* y, long yRowStride)
    {
        byte* memory = stackalloc byte[UnpackedTiles.ByteLength + Line];
        var tiles = new UnpackedTiles((byte*)(((nuint)memory + Line - 1) / Line * Line));
        long apart = second.Codes - first.Codes;
        for (int group = 0; group < first.GroupCount;)
        {
            int end = Math.Min(group + UnpackedTiles.MostGroups, first.GroupCount);
            tiles.Fill(first, second, group, end);

            // The next stretch; at the tiles' end that of the two tiles behind them. The first rows ask for it, a little with each group.
            byte* ahead = first.Codes + (end < first.GroupCount ? (long)end * UnpackedTiles.PackedGroup : 2 * apart);
            for (int row = 0; row < rowCount; row += Rows)
            {
                float* target = y + (row * yRowStride);
                for (int r = 0; group == 0 && r < Rows; r++) new Span<float>(target + (r * yRowStride), Outputs).Clear();
                Add(tiles, end - group, x.Rows(row).Skip(group), target, yRowStride, row == 0 ? ahead : null, apart);
            }

            group = end;
        }
    }

    // The totals stay where they belong: with 16 sums there is no room for them in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(in UnpackedTiles tiles, int groups, ActivationRows x, float* y, long yRowStride, byte* ahead, long apart)
    {
        byte* codes = tiles.FirstCodes;
        float* scales = tiles.FirstScales;
        long codesApart = tiles.SecondCodes - codes, scalesApart = tiles.SecondScales - scales;
        for (byte* last = codes + (groups * UnpackedTiles.GroupCodes); codes < last; x.NextGroup())
        {
            Vector512<short> a0 = Start(x.HalfStarts), a1 = Start(x.HalfStarts + 1), a2 = Start(x.HalfStarts + 2), a3 = Start(x.HalfStarts + 3);
            Vector512<short> a4 = Start(x.HalfStarts + 4), a5 = Start(x.HalfStarts + 5), a6 = Start(x.HalfStarts + 6), a7 = Start(x.HalfStarts + 7);
            Vector512<short> b0 = a0, b1 = a1, b2 = a2, b3 = a3, b4 = a4, b5 = a5, b6 = a6, b7 = a7;
            sbyte* four = x.Codes;
            if (ahead != null)
            {
                Prefetch(ahead);
                Prefetch(ahead + apart);
                ahead += UnpackedTiles.PackedGroup;
            }

            for (byte* end = codes + UnpackedTiles.GroupCodes; codes < end; codes += 2 * Line, four += 8)
            {
                Vector512<byte> a = Vector512.Load(codes), b = Vector512.Load(codes + codesApart);
                Dot(a, b, four, 0, ref a0, ref b0);
                Dot(a, b, four, 32, ref a1, ref b1);
                Dot(a, b, four, 64, ref a2, ref b2);
                Dot(a, b, four, 96, ref a3, ref b3);
                Dot(a, b, four, 128, ref a4, ref b4);
                Dot(a, b, four, 160, ref a5, ref b5);
                Dot(a, b, four, 192, ref a6, ref b6);
                Dot(a, b, four, 224, ref a7, ref b7);
                a = Vector512.Load(codes + Line);
                b = Vector512.Load(codes + codesApart + Line);
                Dot(a, b, four, 4, ref a0, ref b0);
                Dot(a, b, four, 36, ref a1, ref b1);
                Dot(a, b, four, 68, ref a2, ref b2);
                Dot(a, b, four, 100, ref a3, ref b3);
                Dot(a, b, four, 132, ref a4, ref b4);
                Dot(a, b, four, 164, ref a5, ref b5);
                Dot(a, b, four, 196, ref a6, ref b6);
                Dot(a, b, four, 228, ref a7, ref b7);
            }

            Vector512<float> scaleA = Vector512.Load(scales), scaleB = Vector512.Load(scales + scalesApart);
            scales += WeightMatrix.TileSize;
            Add(a0, b0, scaleA, scaleB, x.Scales, y);
            Add(a1, b1, scaleA, scaleB, x.Scales + 1, y + yRowStride);
            Add(a2, b2, scaleA, scaleB, x.Scales + 2, y + (2 * yRowStride));
            Add(a3, b3, scaleA, scaleB, x.Scales + 3, y + (3 * yRowStride));
            Add(a4, b4, scaleA, scaleB, x.Scales + 4, y + (4 * yRowStride));
            Add(a5, b5, scaleA, scaleB, x.Scales + 5, y + (5 * yRowStride));
            Add(a6, b6, scaleA, scaleB, x.Scales + 6, y + (6 * yRowStride));
            Add(a7, b7, scaleA, scaleB, x.Scales + 7, y + (7 * yRowStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* group)
    {
        Sse.Prefetch0(group);
        Sse.Prefetch0(group + Line);
        Sse.Prefetch0(group + (2 * Line));
        Sse.Prefetch0(group + (3 * Line));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Start(int* start) => Vector512.Create(*start).AsInt16();

    // A line of both tiles with four inputs of a row. 8 times two products of at most 15 · 127 stay below 32,768.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dot(Vector512<byte> a, Vector512<byte> b, sbyte* four, int offset, ref Vector512<short> sumA, ref Vector512<short> sumB)
    {
        Vector512<sbyte> x = Vector512.Create(*(int*)(four + offset)).AsSByte();
        sumA = Avx512BW.Add(sumA, Avx512BW.MultiplyAddAdjacent(a, x));
        sumB = Avx512BW.Add(sumB, Avx512BW.MultiplyAddAdjacent(b, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<short> a, Vector512<short> b, Vector512<float> scaleA, Vector512<float> scaleB, float* scale, float* y)
    {
        Add(a, scaleA * Vector512.Create(*scale), y);
        Add(b, scaleB * Vector512.Create(*scale), y + WeightMatrix.TileSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<short> sums, Vector512<float> scale, float* total)
    {
        Vector512<float> dot = Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(sums, Vector512.Create((short)1)));
        Avx512F.FusedMultiplyAdd(dot, scale, Vector512.Load(total)).Store(total);
    }
}

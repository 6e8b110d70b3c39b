using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Products of 8-bit tiles with 4 or 1 rows at a time. Where bytes are multiplied with 16-bit partial sums, the codes' halves are summed apart.
/// Each row's sums are made in the same order however many rows go together.
/// </summary>
internal static unsafe class EightBitKernel<TOps, TInt, TFloat>
    where TOps : struct, IVectorOps<TInt, TFloat>
    where TInt : unmanaged
    where TFloat : unmanaged
{
    private const int GroupBytes = 512;

    // The middle zero point, in eighths.
    private const int Middle = 16;

    // How far ahead of a single row's scan memory is asked for.
    private const int PrefetchBytes = 4096;

    public static void Multiply(in PackedTile tile, int rows, ActivationRows x, float* y, long yRowStride)
    {
        for (int part = 0; part < WeightMatrix.TileSize / TOps.Lanes; part++)
        {
            switch (rows)
            {
                case 4: Rows4(tile, x, y, yRowStride, part); break;
                default: Rows1(tile, x, y, part); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(in PackedTile tile, ActivationRows x, float* y, long yRowStride, int part)
    {
        TFloat y0 = default, y1 = default, y2 = default, y3 = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt a0 = default, a1 = default, a2 = default, a3 = default;
                TInt b0 = default, b1 = default, b2 = default, b3 = default;
                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    a0 = TOps.DotLow(a0, line, four);
                    a1 = TOps.DotLow(a1, line, four + 32);
                    a2 = TOps.DotLow(a2, line, four + 64);
                    a3 = TOps.DotLow(a3, line, four + 96);
                    b0 = TOps.DotHigh(b0, line, four);
                    b1 = TOps.DotHigh(b1, line, four + 32);
                    b2 = TOps.DotHigh(b2, line, four + 64);
                    b3 = TOps.DotHigh(b3, line, four + 96);
                }

                if (tile.ZeroPoints == ZeroPointKind.Middle)
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a0, b0, *x.Starts), scale, x.Scales, x.Starts, Middle, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a1, b1, x.Starts[1]), scale, x.Scales + 1, x.Starts + 1, Middle, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a2, b2, x.Starts[2]), scale, x.Scales + 2, x.Starts + 2, Middle, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a3, b3, x.Starts[3]), scale, x.Scales + 3, x.Starts + 3, Middle, y3);
                }
                else
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a0, b0, *x.Starts), scale, zero, x.Scales, x.Starts, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a1, b1, x.Starts[1]), scale, zero, x.Scales + 1, x.Starts + 1, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a2, b2, x.Starts[2]), scale, zero, x.Scales + 2, x.Starts + 2, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(a3, b3, x.Starts[3]), scale, zero, x.Scales + 3, x.Starts + 3, y3);
                }
            }
        }

        y += part * TOps.Lanes;
        TOps.Store(y0, y);
        TOps.Store(y1, y + yRowStride);
        TOps.Store(y2, y + (2 * yRowStride));
        TOps.Store(y3, y + (3 * yRowStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(in PackedTile tile, ActivationRows x, float* y, int part)
    {
        TFloat total = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt low = default;
                TInt high = default;
                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    Prefetch(codes);
                    low = TOps.DotLow(low, line, four);
                    high = TOps.DotHigh(high, line, four);
                }

                if (tile.ZeroPoints == ZeroPointKind.Middle)
                {
                    total = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(low, high, *x.Starts), scale, x.Scales, x.Starts, Middle, total);
                }
                else
                {
                    total = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(low, high, *x.Starts), scale, zero, x.Scales, x.Starts, total);
                }
            }
        }

        TOps.Store(total, y + (part * TOps.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* codes)
    {
        if (Sse.IsSupported) Sse.Prefetch0(codes + PrefetchBytes);
    }
}

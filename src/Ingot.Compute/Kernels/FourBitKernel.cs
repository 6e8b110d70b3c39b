using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Products of 4-bit tiles with 8, 4, 2 or 1 rows at a time: a line of codes is loaded and split once for all of them.
/// Each row's sums are made in the same order however many rows go together.
/// </summary>
internal static unsafe class FourBitKernel<TOps, TInt, TFloat>
    where TOps : struct, IVectorOps<TInt, TFloat>
    where TInt : unmanaged
    where TFloat : unmanaged
{
    private const int GroupBytes = 256;

    // How far ahead of the scan memory is asked for.
    private const int PrefetchBytes = 4096;

    public static void Multiply(in PackedTile tile, int rows, ActivationRows x, float* y, long yRowStride)
    {
        for (int part = 0; part < WeightMatrix.TileSize / TOps.Lanes; part++)
        {
            switch (rows)
            {
                case 8: Rows8(tile, x, y, yRowStride, part); break;
                case 4: Rows4(tile, x, y, yRowStride, part); break;
                case 2: Rows2(tile, x, y, yRowStride, part); break;
                default: Rows1(tile, x, y, part); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(in PackedTile tile, ActivationRows x, float* y, long yRowStride, int part)
    {
        TFloat y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        bool middle = tile.ZeroPoints == ZeroPointKind.Middle;
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
                if (middle)
                {
                    s0 = TOps.Start(x.HalfStarts);
                    s1 = TOps.Start(x.HalfStarts + 1);
                    s2 = TOps.Start(x.HalfStarts + 2);
                    s3 = TOps.Start(x.HalfStarts + 3);
                    s4 = TOps.Start(x.HalfStarts + 4);
                    s5 = TOps.Start(x.HalfStarts + 5);
                    s6 = TOps.Start(x.HalfStarts + 6);
                    s7 = TOps.Start(x.HalfStarts + 7);
                }

                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    Prefetch(codes);
                    TInt low = TOps.LowHalves(line), high = TOps.HighHalves(line);
                    s0 = TOps.Dot(TOps.Dot(s0, low, four), high, four + 16);
                    s1 = TOps.Dot(TOps.Dot(s1, low, four + 32), high, four + 48);
                    s2 = TOps.Dot(TOps.Dot(s2, low, four + 64), high, four + 80);
                    s3 = TOps.Dot(TOps.Dot(s3, low, four + 96), high, four + 112);
                    s4 = TOps.Dot(TOps.Dot(s4, low, four + 128), high, four + 144);
                    s5 = TOps.Dot(TOps.Dot(s5, low, four + 160), high, four + 176);
                    s6 = TOps.Dot(TOps.Dot(s6, low, four + 192), high, four + 208);
                    s7 = TOps.Dot(TOps.Dot(s7, low, four + 224), high, four + 240);
                }

                if (middle)
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, x.Scales, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, x.Scales + 1, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s2), scale, x.Scales + 2, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s3), scale, x.Scales + 3, y3);
                    y4 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s4), scale, x.Scales + 4, y4);
                    y5 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s5), scale, x.Scales + 5, y5);
                    y6 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s6), scale, x.Scales + 6, y6);
                    y7 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s7), scale, x.Scales + 7, y7);
                }
                else
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, zero, x.Scales, x.Starts, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, zero, x.Scales + 1, x.Starts + 1, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s2), scale, zero, x.Scales + 2, x.Starts + 2, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s3), scale, zero, x.Scales + 3, x.Starts + 3, y3);
                    y4 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s4), scale, zero, x.Scales + 4, x.Starts + 4, y4);
                    y5 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s5), scale, zero, x.Scales + 5, x.Starts + 5, y5);
                    y6 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s6), scale, zero, x.Scales + 6, x.Starts + 6, y6);
                    y7 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s7), scale, zero, x.Scales + 7, x.Starts + 7, y7);
                }
            }
        }

        y += part * TOps.Lanes;
        TOps.Store(y0, y);
        TOps.Store(y1, y + yRowStride);
        TOps.Store(y2, y + (2 * yRowStride));
        TOps.Store(y3, y + (3 * yRowStride));
        TOps.Store(y4, y + (4 * yRowStride));
        TOps.Store(y5, y + (5 * yRowStride));
        TOps.Store(y6, y + (6 * yRowStride));
        TOps.Store(y7, y + (7 * yRowStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(in PackedTile tile, ActivationRows x, float* y, long yRowStride, int part)
    {
        TFloat y0 = default, y1 = default, y2 = default, y3 = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        bool middle = tile.ZeroPoints == ZeroPointKind.Middle;
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt s0 = default, s1 = default, s2 = default, s3 = default;
                if (middle)
                {
                    s0 = TOps.Start(x.HalfStarts);
                    s1 = TOps.Start(x.HalfStarts + 1);
                    s2 = TOps.Start(x.HalfStarts + 2);
                    s3 = TOps.Start(x.HalfStarts + 3);
                }

                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    Prefetch(codes);
                    TInt low = TOps.LowHalves(line), high = TOps.HighHalves(line);
                    s0 = TOps.Dot(TOps.Dot(s0, low, four), high, four + 16);
                    s1 = TOps.Dot(TOps.Dot(s1, low, four + 32), high, four + 48);
                    s2 = TOps.Dot(TOps.Dot(s2, low, four + 64), high, four + 80);
                    s3 = TOps.Dot(TOps.Dot(s3, low, four + 96), high, four + 112);
                }

                if (middle)
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, x.Scales, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, x.Scales + 1, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s2), scale, x.Scales + 2, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s3), scale, x.Scales + 3, y3);
                }
                else
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, zero, x.Scales, x.Starts, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, zero, x.Scales + 1, x.Starts + 1, y1);
                    y2 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s2), scale, zero, x.Scales + 2, x.Starts + 2, y2);
                    y3 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s3), scale, zero, x.Scales + 3, x.Starts + 3, y3);
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
    private static void Rows2(in PackedTile tile, ActivationRows x, float* y, long yRowStride, int part)
    {
        TFloat y0 = default, y1 = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        bool middle = tile.ZeroPoints == ZeroPointKind.Middle;
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt s0 = default, s1 = default;
                if (middle)
                {
                    s0 = TOps.Start(x.HalfStarts);
                    s1 = TOps.Start(x.HalfStarts + 1);
                }

                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    Prefetch(codes);
                    TInt low = TOps.LowHalves(line), high = TOps.HighHalves(line);
                    s0 = TOps.Dot(TOps.Dot(s0, low, four), high, four + 16);
                    s1 = TOps.Dot(TOps.Dot(s1, low, four + 32), high, four + 48);
                }

                if (middle)
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, x.Scales, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, x.Scales + 1, y1);
                }
                else
                {
                    y0 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s0), scale, zero, x.Scales, x.Starts, y0);
                    y1 = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(s1), scale, zero, x.Scales + 1, x.Starts + 1, y1);
                }
            }
        }

        y += part * TOps.Lanes;
        TOps.Store(y0, y);
        TOps.Store(y1, y + yRowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(in PackedTile tile, ActivationRows x, float* y, int part)
    {
        TFloat total = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        bool middle = tile.ZeroPoints == ZeroPointKind.Middle;
        for (int block = 0, group = 0; group < tile.GroupCount; block++)
        {
            TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
            TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
            for (int end = Math.Min(group + tile.GroupsPerBlock, tile.GroupCount); group < end; group++, x.NextGroup())
            {
                sbyte* four = x.Codes;
                TInt sum = middle ? TOps.Start(x.HalfStarts) : default;
                for (byte* last = codes + GroupBytes; codes < last; codes += 64, four += 4)
                {
                    TInt line = TOps.LoadCodes(codes);
                    Prefetch(codes);
                    TInt low = TOps.LowHalves(line), high = TOps.HighHalves(line);
                    sum = TOps.Dot(TOps.Dot(sum, low, four), high, four + 16);
                }

                if (middle)
                {
                    total = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(sum), scale, x.Scales, total);
                }
                else
                {
                    total = PackedTile.Add<TOps, TInt, TFloat>(TOps.Finish(sum), scale, zero, x.Scales, x.Starts, total);
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

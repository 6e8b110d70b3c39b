using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>Products of tiles whose blocks are half a group: each half of a group's sum has its own scale. One row at a time, for such weights are rare.</summary>
internal static unsafe class BlockOf16Kernel<TOps, TInt, TFloat>
    where TOps : struct, IVectorOps<TInt, TFloat>
    where TInt : unmanaged
    where TFloat : unmanaged
{
    public static void Multiply(in PackedTile tile, int bits, ActivationRows x, float* y)
    {
        for (int part = 0; part < WeightMatrix.TileSize / TOps.Lanes; part++)
        {
            if (bits == 4) FourBits(tile, x, y, part);
            else EightBits(tile, x, y, part);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourBits(in PackedTile tile, ActivationRows x, float* y, int part)
    {
        TFloat total = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        for (int group = 0; group < tile.GroupCount; group++, x.NextGroup())
        {
            TInt first = default, second = default;
            sbyte* four = x.Codes;
            for (int line = 0; line < 4; line++, codes += 64, four += 4)
            {
                TInt pairs = TOps.LoadCodes(codes);
                first = TOps.Dot(first, TOps.LowHalves(pairs), four);
                second = TOps.Dot(second, TOps.HighHalves(pairs), four + 16);
            }

            int start = Start(x.Codes), rest = *x.Starts - start;
            total = Add(tile, 2 * group, part, TOps.Finish(first), x.Scales, start, 1, total);
            total = Add(tile, (2 * group) + 1, part, TOps.Finish(second), x.Scales, rest, 1, total);
        }

        TOps.Store(total, y + (part * TOps.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightBits(in PackedTile tile, ActivationRows x, float* y, int part)
    {
        TFloat total = default;
        byte* codes = tile.Codes + (part * TOps.Lanes * 4);
        for (int group = 0; group < tile.GroupCount; group++, x.NextGroup())
        {
            int start = Start(x.Codes), rest = *x.Starts - start;
            total = Add(tile, 2 * group, part, Half(codes, x.Codes, start), x.Scales, start, 16, total);
            total = Add(tile, (2 * group) + 1, part, Half(codes + 256, x.Codes + 16, rest), x.Scales, rest, 16, total);
            codes += 512;
        }

        TOps.Store(total, y + (part * TOps.Lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInt Half(byte* codes, sbyte* four, int start)
    {
        TInt low = default, high = default;
        for (int line = 0; line < 4; line++, codes += 64, four += 4)
        {
            TInt bytes = TOps.LoadCodes(codes);
            low = TOps.DotLow(low, bytes, four);
            high = TOps.DotHigh(high, bytes, four);
        }

        return TOps.Finish(low, high, start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Add(in PackedTile tile, int block, int part, TInt dot, float* xScale, int start, int middle, TFloat total)
    {
        TFloat scale = tile.LoadScales<TOps, TInt, TFloat>(block, part);
        if (tile.ZeroPoints == ZeroPointKind.Middle)
            return PackedTile.Add<TOps, TInt, TFloat>(dot, scale, xScale, &start, middle, total);
        TFloat zero = tile.LoadZeroPoints<TOps, TInt, TFloat>(block, part);
        return PackedTile.Add<TOps, TInt, TFloat>(dot, scale, zero, xScale, &start, total);
    }

    private static int Start(sbyte* codes)
    {
        Vector128<sbyte> sixteen = Vector128.Load(codes);
        return -8 * Vector128.Sum(Vector128.WidenLower(sixteen) + Vector128.WidenUpper(sixteen));
    }
}

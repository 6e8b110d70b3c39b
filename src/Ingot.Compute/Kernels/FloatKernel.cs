using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Products of float tiles with 8, 4 or 1 rows at a time: a vector of weights is loaded and widened once for all of them.
/// Each row adds its inputs in order, however many rows go together; a sum may be carried on from where an earlier stretch of inputs left it.
/// </summary>
internal static unsafe class FloatKernel<TOps, TFloat>
    where TOps : struct, IFloatOps<TFloat>
    where TFloat : unmanaged
{
    public static void Multiply(SourceTensor tile, int inputCount, int rows, float* x, long xStride, float* y, long yRowStride, bool onTop = false)
    {
        for (int part = 0; part < WeightMatrix.TileSize; part += TOps.Lanes)
        {
            long bytes = part * (tile.Type == ElementType.Float32 ? 4 : 2);
            switch (rows)
            {
                case 8: Rows8(tile.Pointer + bytes, tile.Type, inputCount, x, xStride, y + part, yRowStride, onTop); break;
                case 4: Rows4(tile.Pointer + bytes, tile.Type, inputCount, x, xStride, y + part, yRowStride, onTop); break;
                default: Row(tile.Pointer + bytes, tile.Type, inputCount, x, y + part, onTop); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(byte* weights, ElementType type, int inputCount, float* x, long xStride, float* y, long yRowStride, bool onTop)
    {
        TFloat y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        if (onTop)
        {
            y0 = TOps.Load(y);
            y1 = TOps.Load(y + yRowStride);
            y2 = TOps.Load(y + (2 * yRowStride));
            y3 = TOps.Load(y + (3 * yRowStride));
            y4 = TOps.Load(y + (4 * yRowStride));
            y5 = TOps.Load(y + (5 * yRowStride));
            y6 = TOps.Load(y + (6 * yRowStride));
            y7 = TOps.Load(y + (7 * yRowStride));
        }

        float* x4 = x + (4 * xStride);
        int bytes = type == ElementType.Float32 ? 64 : 32;
        for (float* end = x + inputCount; x < end; x++, x4++, weights += bytes)
        {
            TFloat weight = Load(weights, type);
            y0 = TOps.MultiplyAdd(TOps.Broadcast(*x), weight, y0);
            y1 = TOps.MultiplyAdd(TOps.Broadcast(x[xStride]), weight, y1);
            y2 = TOps.MultiplyAdd(TOps.Broadcast(x[2 * xStride]), weight, y2);
            y3 = TOps.MultiplyAdd(TOps.Broadcast(x[3 * xStride]), weight, y3);
            y4 = TOps.MultiplyAdd(TOps.Broadcast(*x4), weight, y4);
            y5 = TOps.MultiplyAdd(TOps.Broadcast(x4[xStride]), weight, y5);
            y6 = TOps.MultiplyAdd(TOps.Broadcast(x4[2 * xStride]), weight, y6);
            y7 = TOps.MultiplyAdd(TOps.Broadcast(x4[3 * xStride]), weight, y7);
        }

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
    private static void Rows4(byte* weights, ElementType type, int inputCount, float* x, long xStride, float* y, long yRowStride, bool onTop)
    {
        TFloat y0 = default, y1 = default, y2 = default, y3 = default;
        if (onTop)
        {
            y0 = TOps.Load(y);
            y1 = TOps.Load(y + yRowStride);
            y2 = TOps.Load(y + (2 * yRowStride));
            y3 = TOps.Load(y + (3 * yRowStride));
        }

        int bytes = type == ElementType.Float32 ? 64 : 32;
        for (float* end = x + inputCount; x < end; x++, weights += bytes)
        {
            TFloat weight = Load(weights, type);
            y0 = TOps.MultiplyAdd(TOps.Broadcast(*x), weight, y0);
            y1 = TOps.MultiplyAdd(TOps.Broadcast(x[xStride]), weight, y1);
            y2 = TOps.MultiplyAdd(TOps.Broadcast(x[2 * xStride]), weight, y2);
            y3 = TOps.MultiplyAdd(TOps.Broadcast(x[3 * xStride]), weight, y3);
        }

        TOps.Store(y0, y);
        TOps.Store(y1, y + yRowStride);
        TOps.Store(y2, y + (2 * yRowStride));
        TOps.Store(y3, y + (3 * yRowStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(byte* weights, ElementType type, int inputCount, float* x, float* y, bool onTop)
    {
        TFloat total = onTop ? TOps.Load(y) : default;
        int bytes = type == ElementType.Float32 ? 64 : 32;
        for (float* end = x + inputCount; x < end; x++, weights += bytes)
            total = TOps.MultiplyAdd(TOps.Broadcast(*x), Load(weights, type), total);
        TOps.Store(total, y);
    }

    // The type is the same all along a tile: a branch that is always foreseen costs less than three copies of each loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Load(byte* weights, ElementType type) => type switch
    {
        ElementType.Float32 => TOps.Load((float*)weights),
        ElementType.Float16 => TOps.LoadHalf((ushort*)weights),
        _ => TOps.LoadBFloat16((ushort*)weights),
    };

    /// <summary>Widens a stretch of a tile, [inputs, 16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(SourceTensor tile, int fromInput, int inputCount, float* target)
    {
        int step = TOps.Lanes * (tile.Type == ElementType.Float32 ? 4 : 2);
        byte* source = tile.Pointer + ((long)fromInput * WeightMatrix.TileSize / TOps.Lanes * step);
        for (float* end = target + (inputCount * WeightMatrix.TileSize); target < end; target += TOps.Lanes, source += step)
            TOps.Store(Load(source, tile.Type), target);
    }
}

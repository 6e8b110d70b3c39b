using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>Pointers into one packed tile of a <see cref="BlockQuantizedLayout"/>, as a kernel walks it.</summary>
internal readonly unsafe struct PackedTile(BlockQuantizedLayout layout, byte* tile)
{
    private readonly bool _halfScales = layout.HalfScales;
    private readonly byte* _zeroPoints = tile + layout.ZeroPointOffset;

    public readonly byte* Scales = tile;
    public readonly byte* Codes = tile + layout.CodeOffset;
    public readonly int GroupCount = layout.GroupCount;
    public readonly int GroupsPerBlock = layout.BlockSize / BlockQuantizedLayout.GroupSize;
    public readonly ZeroPointKind ZeroPoints = layout.ZeroPoints;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat LoadScales<TOps, TInt, TFloat>(int block, int part)
        where TOps : struct, IVectorOps<TInt, TFloat>
        where TInt : unmanaged
        where TFloat : unmanaged
    {
        int first = (block * WeightMatrix.TileSize) + (part * TOps.Lanes);
        return _halfScales ? TOps.LoadHalf((ushort*)Scales + first) : TOps.Load((float*)Scales + first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TFloat LoadZeroPoints<TOps, TInt, TFloat>(int block, int part)
        where TOps : struct, IVectorOps<TInt, TFloat>
        where TInt : unmanaged
        where TFloat : unmanaged
    {
        if (ZeroPoints == ZeroPointKind.Middle) return default;
        int first = (block * WeightMatrix.TileSize) + (part * TOps.Lanes);
        return ZeroPoints == ZeroPointKind.Byte ? TOps.LoadBytes(_zeroPoints + first) : TOps.Load((float*)_zeroPoints + first);
    }

    /// <summary>total + dot · weight scale · activation scale, where the middle of the range is taken away from the sum already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Add<TOps, TInt, TFloat>(TInt dot, TFloat scale, float* xScale, TFloat total)
        where TOps : struct, IVectorOps<TInt, TFloat>
        where TInt : unmanaged
        where TFloat : unmanaged =>
        TOps.MultiplyAdd(TOps.ToFloat(dot), TOps.Multiply(scale, TOps.Broadcast(*xScale)), total);

    /// <summary>total + (dot − middle of the range · sum of activations) · weight scale · activation scale; <paramref name="middle"/> is in eighths, <paramref name="start"/> what <see cref="ActivationRows.Starts"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Add<TOps, TInt, TFloat>(TInt dot, TFloat scale, float* xScale, int* start, int middle, TFloat total)
        where TOps : struct, IVectorOps<TInt, TFloat>
        where TInt : unmanaged
        where TFloat : unmanaged =>
        TOps.MultiplyAdd(TOps.Subtract(dot, *start * -middle), TOps.Multiply(scale, TOps.Broadcast(*xScale)), total);

    /// <summary>total + (dot − zero point · sum of activations) · weight scale · activation scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Add<TOps, TInt, TFloat>(TInt dot, TFloat scale, TFloat zero, float* xScale, int* start, TFloat total)
        where TOps : struct, IVectorOps<TInt, TFloat>
        where TInt : unmanaged
        where TFloat : unmanaged
    {
        TFloat centred = TOps.MultiplyAdd(zero, TOps.Broadcast(*start * 0.125f), TOps.ToFloat(dot));
        return TOps.MultiplyAdd(centred, TOps.Multiply(scale, TOps.Broadcast(*xScale)), total);
    }
}

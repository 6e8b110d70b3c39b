using Ingot.Compute.Memory;

namespace Ingot.Compute.Kernels;

/// <summary>A <see cref="BlockQuantizedMatrix"/> in the making. What is kept of scales, halves or floats, follows from looking at all of them.</summary>
internal sealed unsafe class BlockQuantizedPacking : MatrixPacking
{
    private const int Stretch = 65536;

    private readonly IReadOnlyList<BlockQuantizedPart> _parts;
    private readonly BlockQuantizedLayout _smallest;
    private BlockQuantizedMatrix? _matrix;
    private int _inexact;

    /// <summary>Checks sizes; nothing is read yet.</summary>
    /// <exception cref="Errors.IngotException">ModelInvalid: a source is too short. ModelUnsupported: bits or block size.</exception>
    public BlockQuantizedPacking(int bits, int blockSize, int inputCount, IReadOnlyList<BlockQuantizedPart> parts)
    {
        _parts = parts;
        _smallest = BlockQuantizedSource.Check(bits, blockSize, inputCount, parts);
        LookCount = checked((int)parts.Sum(part => LooksAt(part)));
    }

    public override int LookCount { get; }

    public override BlockQuantizedMatrix Matrix => _matrix!;

    public override void Look(int look, SourceDesk desk)
    {
        int p = 0;
        long index = look;
        while (index >= LooksAt(_parts[p])) index -= LooksAt(_parts[p++]);
        SourceTensor scales = _parts[p].Scales;
        long from = index * Stretch, to = Math.Min(from + Stretch, Scales(_parts[p]));
        desk.Clear();
        scales = scales.Bring(desk, from * scales.ElementBytes, to * scales.ElementBytes);
        if (!BlockQuantizedSource.ScalesFitHalf(scales, from, to)) Volatile.Write(ref _inexact, 1);
    }

    public override void Claim(NativeArena? arena) => _matrix = BlockQuantizedMatrix.Claim(
        new BlockQuantizedLayout(_smallest.OutputCount, _smallest.InputCount, _smallest.Bits, _smallest.BlockSize, _inexact == 0, _smallest.ZeroPoints), arena);

    public override byte* Tile(int tile) => Matrix.Tile(tile);

    public override void Pack(int fromTile, int toTile, SourceDesk desk)
    {
        int atOnce = (int)Math.Clamp(SourceDesk.Stretch / (WeightMatrix.TileSize * (Matrix.Layout.InputCount * (long)Matrix.Layout.Bits / 8)), 1, toTile - fromTile);
        for (int from = fromTile; from < toTile; from += atOnce)
        {
            int to = Math.Min(from + atOnce, toTile);
            IReadOnlyList<BlockQuantizedPart> parts = BlockQuantizedSource.Bring(Matrix.Layout, _parts, (long)from * WeightMatrix.TileSize, (long)to * WeightMatrix.TileSize, desk);
            for (int tile = from; tile < to; tile++) BlockQuantizedPacker.PackTile(Matrix.Layout, parts, tile, Matrix.Tile(tile));
        }
    }

    private long LooksAt(BlockQuantizedPart part) => (Scales(part) + Stretch - 1) / Stretch;

    private long Scales(BlockQuantizedPart part) => BlockQuantizedSource.Rows(part) * _smallest.BlockCount;
}

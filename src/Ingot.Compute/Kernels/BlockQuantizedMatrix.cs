using Ingot.Compute.Kernels.MachineCode;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Weights of 4 or 8 bits with a scale, and maybe a zero point, per block of inputs; multiplied with 8-bit activations.
/// Sums within a group of 32 are exact integers; groups are added in order, as floats.
/// </summary>
public sealed unsafe class BlockQuantizedMatrix : WeightMatrix
{
    private readonly NativeBuffer<byte>? _owned;
    private readonly byte* _tiles;
    private readonly DotProductKernels? _kernels;

    private BlockQuantizedMatrix(BlockQuantizedLayout layout, NativeArena? arena)
        : base(layout.OutputCount, layout.InputCount)
    {
        Layout = layout;
        _kernels = DotProductKernels.For(layout);
        long byteCount = checked(layout.TileBytes * TileCount);
        _tiles = arena is null ? (_owned = new NativeBuffer<byte>(byteCount)).Pointer : arena.Claim(byteCount);
    }

    /// <inheritdoc/>
    public override ActivationFormat ActivationFormat => ActivationFormat.Int8Block32;

    /// <inheritdoc/>
    public override long ByteLength => Layout.TileBytes * TileCount;

    internal BlockQuantizedLayout Layout { get; }

    /// <summary>Packs weights; the sources may be let go afterwards.</summary>
    /// <param name="bits">Bits of a weight: 4 or 8.</param>
    /// <param name="blockSize">Inputs that share a scale: 16, 32, 64, 128 or 256. The last block of a row may be partial.</param>
    /// <param name="inputCount">Inputs K, at least 1.</param>
    /// <param name="parts">What to stack, at least one part.</param>
    /// <param name="team">Threads to pack with, called by their owner; absent means the caller's thread alone.</param>
    /// <param name="arena">Whose memory to use, and not to give back; absent means the matrix's own.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: a source is too short, a scale is not finite. ModelUnsupported: bits or block size. InsufficientMemory.</exception>
    public static BlockQuantizedMatrix Pack(int bits, int blockSize, int inputCount, IReadOnlyList<BlockQuantizedPart> parts, ThreadTeam? team = null, NativeArena? arena = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var packing = new BlockQuantizedPacking(bits, blockSize, inputCount, parts);
        packing.Run(team, arena);
        return packing.Matrix;
    }

    /// <summary>A matrix whose tiles have yet to be written.</summary>
    internal static BlockQuantizedMatrix Claim(BlockQuantizedLayout layout, NativeArena? arena) => new(layout, arena);

    /// <inheritdoc/>
    public override void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile)
    {
        if (_kernels is null) Multiply(x, rowCount, y, yRowStride, fromTile, toTile, KernelForms.Best);
        else _kernels.Multiply(Layout, _tiles, x, rowCount, y, yRowStride, fromTile, toTile);
    }

    /// <inheritdoc/>
    public override void ReadRow(int n, float* destination) => BlockQuantizedReference.ReadRow(Layout, Tile(n / TileSize), n % TileSize, destination);

    internal override byte* Tile(int tile) => _tiles + (tile * Layout.TileBytes);

    internal override void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile, KernelForm form)
    {
        int wholeTiles = OutputCount / TileSize, together = ManyRowsKernel.RowsTaken(Layout, rowCount, form);
        for (int tile = fromTile; tile < toTile;)
        {
            bool isPair = together > 0 && tile + 1 < Math.Min(toTile, wholeTiles);
            float* target = y + (tile * TileSize);
            if (isPair) ManyRowsKernel.Multiply(new PackedTile(Layout, Tile(tile)), new PackedTile(Layout, Tile(tile + 1)), x, together, target, yRowStride);
            int fromRow = isPair ? together : 0, tiles = isPair ? 2 : 1;
            for (int end = tile + tiles; tile < end; tile++)
            {
                int outputs = Math.Min(TileSize, OutputCount - (tile * TileSize));
                BlockQuantizedProduct.MultiplyTile(Layout, Tile(tile), x, fromRow, rowCount, y + (tile * TileSize), yRowStride, outputs, form);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _owned?.Dispose();
}

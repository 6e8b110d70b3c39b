using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Kernels;

/// <summary>Weights kept in their source's float type (32, 16 or bfloat 16 bits), widened in registers; multiplied with float activations.</summary>
public sealed unsafe class FloatMatrix : WeightMatrix
{
    private readonly NativeBuffer<byte>? _owned;
    private readonly byte* _tiles;
    private readonly int _elementBytes;
    private readonly long _tileBytes;

    private FloatMatrix(int outputCount, int inputCount, ElementType type, NativeArena? arena)
        : base(outputCount, inputCount)
    {
        ElementType = type;
        _elementBytes = type == ElementType.Float32 ? 4 : 2;
        _tileBytes = (long)inputCount * TileSize * _elementBytes;
        long byteCount = checked(_tileBytes * TileCount);
        _tiles = arena is null ? (_owned = new NativeBuffer<byte>(byteCount)).Pointer : arena.Claim(byteCount);
    }

    /// <summary>What the weights are kept as.</summary>
    public ElementType ElementType { get; }

    /// <inheritdoc/>
    public override ActivationFormat ActivationFormat => ActivationFormat.Float32;

    /// <inheritdoc/>
    public override long ByteLength => _tileBytes * TileCount;

    /// <summary>Packs weights into tiles, [input, 16 outputs] each; the sources may be let go afterwards.</summary>
    /// <param name="inputCount">Inputs K, at least 1.</param>
    /// <param name="parts">What to stack by outputs, at least one part, all of one element type.</param>
    /// <param name="team">Threads to pack with, called by their owner; absent means the caller's thread alone.</param>
    /// <param name="arena">Whose memory to use, and not to give back; absent means the matrix's own.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: a source is too short. ModelUnsupported: element types are not floats, or differ. InsufficientMemory.</exception>
    public static FloatMatrix Pack(int inputCount, IReadOnlyList<FloatPart> parts, ThreadTeam? team = null, NativeArena? arena = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var packing = new FloatPacking(inputCount, parts);
        packing.Run(team, arena);
        return packing.Matrix;
    }

    /// <summary>A matrix whose tiles have yet to be written.</summary>
    internal static FloatMatrix Claim(int outputCount, int inputCount, ElementType type, NativeArena? arena) => new(outputCount, inputCount, type, arena);

    /// <inheritdoc/>
    public override void ReadRow(int n, float* destination)
    {
        SourceTensor tile = TileWeights(n / TileSize);
        for (int k = 0; k < InputCount; k++) destination[k] = tile[((long)k * TileSize) + (n % TileSize)];
    }

    internal override byte* Tile(int tile) => _tiles + (tile * _tileBytes);

    internal SourceTensor TileWeights(int tile) => new(Tile(tile), _tileBytes, ElementType);

    internal override void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile, KernelForm form)
    {
        for (int tile = fromTile; tile < toTile; tile++)
        {
            int outputs = Math.Min(TileSize, OutputCount - (tile * TileSize));
            FloatProduct.MultiplyTile(TileWeights(tile), x, rowCount, y + (tile * TileSize), yRowStride, outputs, form);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _owned?.Dispose();
}

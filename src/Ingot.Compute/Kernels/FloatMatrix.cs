using Ingot.Compute.Memory;
using Ingot.Compute.Threading;
using Ingot.Errors;

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
    /// <exception cref="IngotException">ModelInvalid: a source is too short. ModelUnsupported: element types are not floats, or differ. InsufficientMemory.</exception>
    public static FloatMatrix Pack(int inputCount, IReadOnlyList<FloatPart> parts, ThreadTeam? team = null, NativeArena? arena = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (inputCount < 1 || parts.Count == 0) throw new IngotException(ErrorCode.ModelInvalid, "A matrix has no inputs or no outputs.");
        long outputs = 0;
        foreach (FloatPart part in parts)
        {
            if (part.OutputCount < 1 || part.RowStep < 1 || part.Weights.Length < Needed(part, inputCount))
                throw new IngotException(ErrorCode.ModelInvalid, $"The weights of a {part.OutputCount} × {inputCount} matrix are too few.");
            if (part.Weights.Type == ElementType.UInt8 || part.Weights.Type != parts[0].Weights.Type)
                throw new IngotException(ErrorCode.ModelUnsupported, "A matrix's weights are not floats of one type.");
            outputs += part.OutputCount;
        }

        if (outputs > int.MaxValue - TileSize) throw new IngotException(ErrorCode.ModelUnsupported, $"A matrix of {outputs} outputs is too large.");
        var matrix = new FloatMatrix((int)outputs, inputCount, parts[0].Weights.Type, arena);
        TileWork.Run(team, matrix.TileCount, (from, to) =>
        {
            for (int tile = from; tile < to; tile++) matrix.PackTile(parts, tile);
        });
        return matrix;
    }

    /// <inheritdoc/>
    public override void ReadRow(int n, float* destination)
    {
        SourceTensor tile = Tile(n / TileSize);
        for (int k = 0; k < InputCount; k++) destination[k] = tile[((long)k * TileSize) + (n % TileSize)];
    }

    internal SourceTensor Tile(int tile) => new(_tiles + (tile * _tileBytes), _tileBytes, ElementType);

    internal override void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile, KernelForm form)
    {
        for (int tile = fromTile; tile < toTile; tile++)
        {
            int outputs = Math.Min(TileSize, OutputCount - (tile * TileSize));
            FloatProduct.MultiplyTile(Tile(tile), x, rowCount, y + (tile * TileSize), yRowStride, outputs, form);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _owned?.Dispose();

    // Up to the last element that is read.
    private static long Needed(FloatPart part, int inputCount)
    {
        long last = (long)(part.OutputCount - 1) * part.RowStep;
        return part.Transposed ? (last + 1) * inputCount : ((inputCount - 1) * (long)part.OutputCount * part.RowStep) + last + 1;
    }

    private void PackTile(IReadOnlyList<FloatPart> parts, int tile)
    {
        byte* destination = _tiles + (tile * _tileBytes);
        for (int i = 0; i < TileSize; i++)
        {
            long n = ((long)tile * TileSize) + i;
            if (n >= OutputCount) return;
            int p = 0;
            while (n >= parts[p].OutputCount) n -= parts[p++].OutputCount;
            FloatPart part = parts[p];
            n *= part.RowStep;
            long start = part.Transposed ? n * InputCount : n;
            long stride = part.Transposed ? 1 : (long)part.OutputCount * part.RowStep;
            if (_elementBytes == 4) Copy((uint*)part.Weights.Pointer + start, stride, (uint*)destination + i);
            else Copy((ushort*)part.Weights.Pointer + start, stride, (ushort*)destination + i);
        }
    }

    private void Copy<T>(T* source, long stride, T* destination)
        where T : unmanaged
    {
        for (long k = 0; k < InputCount; k++) destination[k * TileSize] = source[k * stride];
    }
}

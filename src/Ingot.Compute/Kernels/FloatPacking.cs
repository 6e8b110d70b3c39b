using System.Runtime.CompilerServices;
using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Kernels;

/// <summary>A <see cref="FloatMatrix"/> in the making. Sources by outputs may be in files and are read as they are packed; a tile of the others is spread over all of them.</summary>
internal sealed unsafe class FloatPacking : MatrixPacking
{
    private readonly int _inputCount;
    private readonly int _outputCount;
    private readonly IReadOnlyList<FloatPart> _parts;
    private FloatMatrix? _matrix;

    /// <summary>Checks sizes; nothing is read yet.</summary>
    /// <exception cref="IngotException">ModelInvalid: a source is too short. ModelUnsupported: element types are not floats, or differ.</exception>
    public FloatPacking(int inputCount, IReadOnlyList<FloatPart> parts)
    {
        if (inputCount < 1 || parts.Count == 0) throw new IngotException(ErrorCode.ModelInvalid, "A matrix has no inputs or no outputs.");
        long outputs = 0;
        foreach (FloatPart part in parts)
        {
            if (part.OutputCount < 1 || part.RowStep < 1 || part.Weights.Length < Needed(part, inputCount))
                throw new IngotException(ErrorCode.ModelInvalid, $"The weights of a {part.OutputCount} × {inputCount} matrix are too few.");
            if (part.Weights.Type == ElementType.UInt8 || part.Weights.Type != parts[0].Weights.Type)
                throw new IngotException(ErrorCode.ModelUnsupported, "A matrix's weights are not floats of one type.");
            if (part.Weights.IsInFile && !part.Transposed)
                throw new ArgumentException("Weights by inputs are packed from memory.", nameof(parts));
            outputs += part.OutputCount;
        }

        if (outputs > int.MaxValue - WeightMatrix.TileSize) throw new IngotException(ErrorCode.ModelUnsupported, $"A matrix of {outputs} outputs is too large.");
        (_inputCount, _outputCount, _parts) = (inputCount, (int)outputs, parts);
    }

    public override FloatMatrix Matrix => _matrix!;

    public override void Claim(NativeArena? arena) => _matrix = FloatMatrix.Claim(_outputCount, _inputCount, _parts[0].Weights.Type, arena);

    public override byte* Tile(int tile) => Matrix.Tile(tile);

    public override void Pack(int fromTile, int toTile, SourceDesk desk)
    {
        int elementBytes = _parts[0].Weights.ElementBytes;
        int atOnce = (int)Math.Clamp(SourceDesk.Stretch / (WeightMatrix.TileSize * (long)_inputCount * elementBytes), 1, toTile - fromTile);
        for (int from = fromTile; from < toTile; from += atOnce)
        {
            int to = Math.Min(from + atOnce, toTile);
            FloatPart[] parts = Bring((long)from * WeightMatrix.TileSize, (long)to * WeightMatrix.TileSize, desk);
            for (int tile = from; tile < to; tile++) Pack(parts, tile, elementBytes);
        }
    }

    // The parts with the rows of some outputs in memory.
    private FloatPart[] Bring(long from, long to, SourceDesk desk)
    {
        desk.Clear();
        var brought = new FloatPart[_parts.Count];
        for (int p = 0; p < brought.Length; p++)
        {
            FloatPart part = _parts[p];
            long rowBytes = (long)_inputCount * part.Weights.ElementBytes;
            long first = Math.Max(from, 0) * part.RowStep, end = ((Math.Min(to, part.OutputCount) - 1) * part.RowStep) + 1;
            brought[p] = first >= end ? part : part with { Weights = part.Weights.Bring(desk, first * rowBytes, end * rowBytes) };
            from -= part.OutputCount;
            to -= part.OutputCount;
        }

        return brought;
    }

    private void Pack(FloatPart[] parts, int tile, int elementBytes)
    {
        byte* destination = Tile(tile);
        int together;
        for (int i = 0; i < WeightMatrix.TileSize; i += together)
        {
            long n = ((long)tile * WeightMatrix.TileSize) + i;
            if (n >= _outputCount) return;
            int p = 0;
            while (n >= parts[p].OutputCount) n -= parts[p++].OutputCount;
            FloatPart part = parts[p];
            together = Together(part, part.OutputCount - n, i, elementBytes);
            n *= part.RowStep;
            byte* source = part.Weights.Pointer + ((part.Transposed ? n * _inputCount : n) * elementBytes), target = destination + (i * elementBytes);
            long stride = (part.Transposed ? (long)_inputCount : part.OutputCount) * part.RowStep * elementBytes;
            if (together > 1 && part.Transposed) HalfTransposer.Pack(source, stride, _inputCount, (ushort*)target);
            else if (together > 1) CopyLines(source, stride, elementBytes, target);
            else if (elementBytes == 4) Copy((uint*)source, part.Transposed ? 1 : stride / 4, (uint*)target);
            else Copy((ushort*)source, part.Transposed ? 1 : stride / 2, (ushort*)target);
        }
    }

    // How many outputs are written at once.
    private int Together(FloatPart part, long left, int i, int elementBytes)
    {
        if (!part.Transposed)
            return part.RowStep == 1 && i == 0 && left >= WeightMatrix.TileSize ? WeightMatrix.TileSize : 1;
        bool fits = left >= HalfTransposer.Rows && i + HalfTransposer.Rows <= WeightMatrix.TileSize && _inputCount >= HalfTransposer.FewestColumns;
        return fits && elementBytes == 2 && HalfTransposer.IsSupported ? HalfTransposer.Rows : 1;
    }

    private void CopyLines(byte* source, long stride, int elementBytes, byte* destination)
    {
        uint lineBytes = (uint)(WeightMatrix.TileSize * elementBytes);
        for (long k = 0; k < _inputCount; k++) Unsafe.CopyBlockUnaligned(destination + (k * lineBytes), source + (k * stride), lineBytes);
    }

    private void Copy<T>(T* source, long stride, T* destination)
        where T : unmanaged
    {
        for (long k = 0; k < _inputCount; k++) destination[k * WeightMatrix.TileSize] = source[k * stride];
    }

    // Up to the last element that is read.
    private static long Needed(FloatPart part, int inputCount)
    {
        long last = (long)(part.OutputCount - 1) * part.RowStep;
        return part.Transposed ? (last + 1) * inputCount : ((inputCount - 1) * (long)part.OutputCount * part.RowStep) + last + 1;
    }
}

using System.Runtime.InteropServices;
using Ingot.Compute.Onnx;
using Ingot.Compute.Quantization;

namespace Ingot.Compiler.Weights;

/// <summary>
/// A projection for <c>MatMulNBits</c>: symmetric blocks of integers, and one scale a block. Rows are quantised on all
/// cores a chunk at a time; only the scales are held until the integers are written.
/// </summary>
internal sealed class QuantizedTensor : PlannedTensor
{
    private readonly string _source;
    private readonly int _outputs;
    private readonly int _inputs;
    private readonly int _bits;
    private readonly int _blockSize;
    private readonly int _blocks;
    private readonly long _rowBytes;

    /// <param name="name">The name of the integers' initializer.</param>
    /// <param name="scalesName">The name of the scales' initializer.</param>
    /// <param name="source">The checkpoint's name for it.</param>
    /// <param name="outputs">Rows in the checkpoint.</param>
    /// <param name="inputs">Columns in the checkpoint.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="blockSize">Weights that share a scale.</param>
    /// <param name="flat">Whether a row's blocks form one dimension, as <c>GatherBlockQuantized</c> has it, or one each.</param>
    public QuantizedTensor(string name, string scalesName, string source, int outputs, int inputs, int bits, int blockSize, bool flat)
    {
        _source = source;
        _outputs = outputs;
        _inputs = inputs;
        _bits = bits;
        _blockSize = blockSize;
        _blocks = BlockQuantizer.CountBlocks(inputs, blockSize);
        _rowBytes = BlockQuantizer.CountRowBytes(inputs, bits, blockSize);
        Initializers =
        [
            flat ? Declare(name, OnnxDataType.UInt8, outputs, _rowBytes) : Declare(name, OnnxDataType.UInt8, outputs, _blocks, blockSize * bits / 8),
            Declare(scalesName, OnnxDataType.Float, outputs, _blocks),
        ];
    }

    public override IReadOnlyList<TensorProto> Initializers { get; }

    public override (string Name, IReadOnlyList<long> Shape)? Source => (_source, [_outputs, _inputs]);

    public override long ByteLength => checked(WeightBytes + ScaleBytes);

    private long WeightBytes => checked(_outputs * _rowBytes);

    private long ScaleBytes => checked((long)_outputs * _blocks * sizeof(float));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken)
    {
        var scales = new float[checked(_outputs * _blocks)];
        writer.WriteTensor(Initializers[0], WeightBytes, stream =>
        {
            var rowsPerChunk = (int)Math.Clamp(ChunkElements / _inputs, 1, _outputs);
            var packed = new byte[checked((int)(rowsPerChunk * _rowBytes))];
            for (var row = 0; row < _outputs; row += rowsPerChunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rows = Math.Min(rowsPerChunk, _outputs - row);
                Quantize(source, row, rows, packed, scales);
                stream.Write(packed.AsSpan(0, (int)(rows * _rowBytes)));
                written(rows * _rowBytes);
            }
        });
        writer.WriteTensor(Initializers[1], ScaleBytes, stream => stream.Write(MemoryMarshal.AsBytes(scales.AsSpan())));
        written(ScaleBytes);
    }

    // Each thread reads its own rows: reading, widening and checking cost as much as quantising to 8 bits.
    private void Quantize(IWeightSource source, int firstRow, int rows, byte[] packed, float[] scales)
    {
        try
        {
            Parallel.For(0, rows, () => new float[_blocks * _blockSize], (row, _, weights) =>
            {
                var present = weights.AsSpan(0, _inputs);
                source.Read(_source, (long)(firstRow + row) * _inputs, present);
                FloatConversion.RequireFinite(present, _source);
                BlockQuantizer.QuantizeRow(weights, _bits, _blockSize,
                    packed.AsSpan((int)(row * _rowBytes), (int)_rowBytes), scales.AsSpan((firstRow + row) * _blocks, _blocks));
                return weights;
            }, _ => { });
        }
        catch (AggregateException exception)
        {
            throw exception.Flatten().InnerExceptions[0];
        }
    }
}

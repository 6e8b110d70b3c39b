using System.Runtime.InteropServices;
using Ingot.Compute.Onnx;
using Ingot.Compute.Quantization;
using Ingot.Errors;

namespace Ingot.Compiler.Weights;

/// <summary>
/// One matrix of all experts of a layer, [experts, outputs, inputs]: floats, or symmetric blocks of integers with a scale each.
/// Rows are read and quantised on all cores, one chunk of an expert at a time.
/// </summary>
internal sealed class ExpertsTensor : PlannedTensor
{
    // An expert stored by inputs is held whole while its rows are made.
    private const long MaxHeldElements = 1L << 29;

    private readonly ExpertMatrix _matrix;
    private readonly OnnxDataType _type;
    private readonly int _bits;
    private readonly int _blockSize;

    /// <param name="name">The name of the weights' initializer.</param>
    /// <param name="scalesName">The name of the scales' initializer; null for floats.</param>
    /// <param name="matrix">Where the rows are.</param>
    /// <param name="type">Float or Float16, of weights that stay floats.</param>
    /// <param name="bits">4 or 8; 0 for floats.</param>
    /// <param name="blockSize">Weights that share a scale; a row has a whole number of such blocks.</param>
    public ExpertsTensor(string name, string? scalesName, ExpertMatrix matrix, OnnxDataType type, int bits, int blockSize)
    {
        _matrix = matrix;
        _type = type;
        _bits = bits;
        _blockSize = blockSize;
        if (matrix.IsByInputs && (long)matrix.Rows * matrix.Columns > MaxHeldElements)
            throw new IngotException(ErrorCode.ModelUnsupported, $"Tensor '{matrix.Sources[0].Name}' has experts of {matrix.Rows} × {matrix.Columns} weights, which is too many to be held.");
        Initializers = scalesName is null
            ? [Declare(name, type, matrix.Experts, matrix.Rows, matrix.Columns)]
            :
            [
                Declare(name, OnnxDataType.UInt8, matrix.Experts, matrix.Rows, (long)matrix.Columns * bits / 8),
                Declare(scalesName, OnnxDataType.Float, matrix.Experts, matrix.Rows, matrix.Columns / blockSize),
            ];
    }

    public override IReadOnlyList<TensorProto> Initializers { get; }

    public override (string Name, IReadOnlyList<long> Shape)? Source => null;

    public override IEnumerable<(string Name, IReadOnlyList<long> Shape)> Sources => _matrix.Sources;

    public override long ByteLength => checked(WeightBytes + ScaleBytes);

    private long RowBytes => _bits == 0 ? (long)_matrix.Columns * SizeOf(_type) : (long)_matrix.Columns * _bits / 8;

    private long WeightBytes => checked((long)_matrix.Experts * _matrix.Rows * RowBytes);

    private long ScaleBytes => _bits == 0 ? 0 : checked((long)_matrix.Experts * _matrix.Rows * (_matrix.Columns / _blockSize) * sizeof(float));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken)
    {
        var scales = new float[checked((int)(ScaleBytes / sizeof(float)))];
        writer.WriteTensor(Initializers[0], WeightBytes, stream =>
        {
            var rowsPerChunk = (int)Math.Clamp(ChunkElements / _matrix.Columns, 1, _matrix.Rows);
            var floats = new float[rowsPerChunk * _matrix.Columns];
            var packed = new byte[_bits == 0 ? 0 : checked((int)(rowsPerChunk * RowBytes))];
            for (var expert = 0; expert < _matrix.Experts; expert++)
            {
                var held = _matrix.IsByInputs ? Hold(source, expert) : null;
                for (var row = 0; row < _matrix.Rows; row += rowsPerChunk)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var rows = Math.Min(rowsPerChunk, _matrix.Rows - row);
                    Make(source, held, expert, row, rows, floats, packed, scales);
                    if (_bits == 0)
                        FloatConversion.Write(floats.AsSpan(0, rows * _matrix.Columns), _type, _matrix.At(expert, row).Name, stream);
                    else
                        stream.Write(packed.AsSpan(0, (int)(rows * RowBytes)));
                    written(rows * RowBytes);
                }
            }
        });
        if (_bits == 0) return;
        writer.WriteTensor(Initializers[1], ScaleBytes, stream => stream.Write(MemoryMarshal.AsBytes(scales.AsSpan())));
        written(ScaleBytes);
    }

    private float[] Hold(IWeightSource source, int expert)
    {
        var held = new float[_matrix.Rows * _matrix.Columns];
        var (name, first) = _matrix.At(expert, 0);
        source.Read(name, first, held);
        return held;
    }

    private void Make(IWeightSource source, float[]? held, int expert, int firstRow, int rows, float[] floats, byte[] packed, float[] scales)
    {
        var blocks = _bits == 0 ? 0 : _matrix.Columns / _blockSize;
        try
        {
            Parallel.For(0, rows, i =>
            {
                var row = floats.AsSpan(i * _matrix.Columns, _matrix.Columns);
                var (name, first) = _matrix.At(expert, firstRow + i);
                if (held is null)
                    source.Read(name, first, row);
                else
                    for (var k = 0; k < row.Length; k++) row[k] = held[(k * _matrix.Rows) + firstRow + i];
                FloatConversion.RequireFinite(row, name);
                if (_bits == 0) return;
                var place = (((expert * _matrix.Rows) + firstRow + i) * blocks);
                BlockQuantizer.QuantizeRow(row, _bits, _blockSize, packed.AsSpan((int)(i * RowBytes), (int)RowBytes), scales.AsSpan(place, blocks));
            });
        }
        catch (AggregateException exception)
        {
            throw exception.Flatten().InnerExceptions[0];
        }
    }
}

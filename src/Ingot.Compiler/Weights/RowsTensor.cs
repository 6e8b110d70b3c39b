using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>Some neighbouring rows of a checkpoint's matrix: the positions that are used, one token type.</summary>
internal sealed class RowsTensor : PlannedTensor
{
    private readonly string _source;
    private readonly OnnxDataType _type;
    private readonly long[] _sourceShape;
    private readonly long _first;
    private readonly long _count;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="source">The checkpoint's name for the matrix.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="sourceShape">The matrix's rows and columns.</param>
    /// <param name="firstRow">The first row taken.</param>
    /// <param name="rowCount">Rows taken; a single one becomes a vector.</param>
    public RowsTensor(string name, string source, OnnxDataType type, (int Rows, int Columns) sourceShape, int firstRow, int rowCount)
    {
        _source = source;
        _type = type;
        _sourceShape = [sourceShape.Rows, sourceShape.Columns];
        _first = (long)firstRow * sourceShape.Columns;
        _count = (long)rowCount * sourceShape.Columns;
        _initializer = rowCount == 1 ? Declare(name, type, sourceShape.Columns) : Declare(name, type, rowCount, sourceShape.Columns);
    }

    public override IReadOnlyList<TensorProto> Initializers => [_initializer];

    public override (string Name, IReadOnlyList<long> Shape)? Source => (_source, _sourceShape);

    public override long ByteLength => checked(_count * SizeOf(_type));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken) =>
        writer.WriteTensor(_initializer, ByteLength, stream =>
        {
            var buffer = new float[(int)Math.Min(_count, ChunkElements)];
            for (long done = 0; done < _count; done += buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _count - done));
                source.Read(_source, _first + done, chunk);
                FloatConversion.RequireFinite(chunk, _source);
                FloatConversion.Write(chunk, _type, _source, stream);
                written((long)chunk.Length * SizeOf(_type));
            }
        });
}

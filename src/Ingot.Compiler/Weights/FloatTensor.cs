using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>A tensor stored in the order it is read in: norms, biases, embeddings.</summary>
internal sealed class FloatTensor : PlannedTensor
{
    private readonly string _source;
    private readonly OnnxDataType _type;
    private readonly long _count;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="source">The checkpoint's name for it.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="dimensions">Its shape, the same in both.</param>
    public FloatTensor(string name, string source, OnnxDataType type, params ReadOnlySpan<long> dimensions)
    {
        _source = source;
        _type = type;
        _count = 1;
        foreach (var dimension in dimensions) _count = checked(_count * dimension);
        _initializer = Declare(name, type, dimensions);
    }

    public override IReadOnlyList<TensorProto> Initializers => [_initializer];

    public override (string Name, IReadOnlyList<long> Shape)? Source => (_source, _initializer.Dims);

    public override long ByteLength => checked(_count * SizeOf(_type));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken) =>
        writer.WriteTensor(_initializer, ByteLength, stream =>
        {
            var buffer = new float[(int)Math.Min(_count, ChunkElements)];
            for (long first = 0; first < _count; first += buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _count - first));
                source.Read(_source, first, chunk);
                FloatConversion.RequireFinite(chunk, _source);
                FloatConversion.Write(chunk, _type, _source, stream);
                written((long)chunk.Length * SizeOf(_type));
            }
        });
}

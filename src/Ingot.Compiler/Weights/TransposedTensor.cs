using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>
/// A projection for <c>MatMul</c>, which wants [inputs, outputs] where checkpoints have [outputs, inputs]. A matrix
/// larger than the stripe is read once for each stripe of columns rather than held whole.
/// </summary>
internal sealed class TransposedTensor : PlannedTensor
{
    private const long StripeElements = 1 << 25;

    private readonly string _source;
    private readonly OnnxDataType _type;
    private readonly int _outputs;
    private readonly int _inputs;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="source">The checkpoint's name for it.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="outputs">Rows in the checkpoint.</param>
    /// <param name="inputs">Columns in the checkpoint.</param>
    public TransposedTensor(string name, string source, OnnxDataType type, int outputs, int inputs)
    {
        _source = source;
        _type = type;
        _outputs = outputs;
        _inputs = inputs;
        _initializer = Declare(name, type, inputs, outputs);
    }

    public override IReadOnlyList<TensorProto> Initializers => [_initializer];

    public override (string Name, IReadOnlyList<long> Shape)? Source => (_source, [_outputs, _inputs]);

    public override long ByteLength => checked((long)_inputs * _outputs * SizeOf(_type));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken) =>
        writer.WriteTensor(_initializer, ByteLength, stream =>
        {
            var stripeColumns = (int)Math.Clamp(StripeElements / _outputs, 1, _inputs);
            var rowsPerChunk = (int)Math.Clamp(ChunkElements / _inputs, 1, _outputs);
            var stripe = new float[stripeColumns * _outputs];
            var chunk = new float[rowsPerChunk * _inputs];
            for (var column = 0; column < _inputs; column += stripeColumns)
            {
                var columns = Math.Min(stripeColumns, _inputs - column);
                for (var row = 0; row < _outputs; row += rowsPerChunk)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var rows = Math.Min(rowsPerChunk, _outputs - row);
                    source.Read(_source, (long)row * _inputs, chunk.AsSpan(0, rows * _inputs));
                    Transpose(chunk, rows, column, columns, stripe, row);
                }
                var done = stripe.AsSpan(0, columns * _outputs);
                FloatConversion.RequireFinite(done, _source);
                FloatConversion.Write(done, _type, _source, stream);
                written((long)done.Length * SizeOf(_type));
            }
        });

    // Columns on the outside: each thread then writes lines of its own.
    private void Transpose(float[] chunk, int rows, int firstColumn, int columns, float[] stripe, int firstRow) =>
        Parallel.For(0, columns, column =>
        {
            var target = stripe.AsSpan((column * _outputs) + firstRow, rows);
            for (var row = 0; row < target.Length; row++) target[row] = chunk[(row * _inputs) + firstColumn + column];
        });
}

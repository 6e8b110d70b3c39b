using Ingot.Compiler.Configs;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>
/// The cosines or sines of every position's rotations, [positions, pairs of a head that are turned], with whatever stretching the
/// checkpoint asks for already in them.
/// </summary>
internal sealed class RotaryCache : PlannedTensor
{
    private readonly Func<double, double> _function;
    private readonly OnnxDataType _type;
    private readonly double[] _frequencies;
    private readonly double _magnitude;
    private readonly int _positions;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="function">Cosine or sine.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="rope">Gives the frequencies.</param>
    /// <param name="positions">How many positions.</param>
    public RotaryCache(string name, Func<double, double> function, OnnxDataType type, RopeSettings rope, int positions)
    {
        _function = function;
        _type = type;
        _positions = positions;
        _frequencies = RotaryFrequencies.Of(rope);
        _magnitude = rope.Magnitude;
        _initializer = Declare(name, type, _positions, _frequencies.Length);
    }

    public override IReadOnlyList<TensorProto> Initializers => [_initializer];

    public override (string Name, IReadOnlyList<long> Shape)? Source => null;

    public override long ByteLength => checked((long)_positions * _frequencies.Length * SizeOf(_type));

    public override void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken) =>
        writer.WriteTensor(_initializer, ByteLength, stream =>
        {
            var row = new float[_frequencies.Length];
            for (var position = 0; position < _positions; position++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var i = 0; i < row.Length; i++) row[i] = (float)(_magnitude * _function(position * _frequencies[i]));
                FloatConversion.Write(row, _type, Name, stream);
            }
            written(ByteLength);
        });
}

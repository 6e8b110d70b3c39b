using Ingot.Compiler.Configs;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>
/// The cosines or sines of every position's rotations, [positions, half a head], with whatever stretching the
/// checkpoint asks for already in them.
/// </summary>
internal sealed class RotaryCache : PlannedTensor
{
    private readonly Func<double, double> _function;
    private readonly OnnxDataType _type;
    private readonly double[] _frequencies;
    private readonly int _positions;
    private readonly TensorProto _initializer;

    /// <param name="name">The initializer's name.</param>
    /// <param name="function">Cosine or sine.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="config">Gives the frequencies and the number of positions.</param>
    public RotaryCache(string name, Func<double, double> function, OnnxDataType type, DecoderConfig config)
    {
        _function = function;
        _type = type;
        _positions = config.ContextLength;
        _frequencies = Frequencies(config.Rope, config.HeadSize);
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
                for (var i = 0; i < row.Length; i++) row[i] = (float)_function(position * _frequencies[i]);
                FloatConversion.Write(row, _type, Name, stream);
            }
            written(ByteLength);
        });

    /// <summary>Radians a position turns each pair of a head's numbers by.</summary>
    public static double[] Frequencies(RopeSettings rope, int headSize)
    {
        var frequencies = new double[headSize / 2];
        for (var i = 0; i < frequencies.Length; i++)
            frequencies[i] = Stretch(rope, Math.Pow(rope.Theta, -2.0 * i / headSize));
        return frequencies;
    }

    private static double Stretch(RopeSettings rope, double frequency)
    {
        if (rope.Kind != RopeKind.Llama3) return frequency / rope.Factor;
        // How many times the wave fits into the original context: few times is a low frequency.
        var turns = rope.OriginalContext * frequency / (2 * Math.PI);
        if (turns < rope.LowFrequencyFactor) return frequency / rope.Factor;
        if (turns > rope.HighFrequencyFactor) return frequency;
        var smooth = (turns - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
        return ((1 - smooth) * frequency / rope.Factor) + (smooth * frequency);
    }
}

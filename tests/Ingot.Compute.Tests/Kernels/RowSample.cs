using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Kernels;

/// <summary>Random activation rows, prepared.</summary>
internal sealed unsafe class RowSample : IDisposable
{
    private readonly NativeBuffer<float> _floats;
    private readonly ActivationBuffer _buffer;

    public RowSample(int rows, int inputs, int seed = 7)
    {
        var random = new Random(seed);
        _floats = new NativeBuffer<float>(rows * inputs);
        for (int i = 0; i < _floats.Length; i++) _floats.Pointer[i] = (random.NextSingle() * 2) - 1;
        _buffer = new ActivationBuffer(rows, inputs);
        View = _buffer.View(_floats.Pointer, inputs, rows, inputs);
        View.Quantize(0, rows);
    }

    public Activations View { get; }

    public float* Floats => _floats.Pointer;

    public void Dispose()
    {
        _buffer.Dispose();
        _floats.Dispose();
    }
}

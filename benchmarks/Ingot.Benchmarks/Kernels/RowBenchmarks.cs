using BenchmarkDotNet.Attributes;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Benchmarks.Kernels;

/// <summary>What is done to one row between products, on one core.</summary>
public unsafe class RowBenchmarks
{
    private const int Hidden = 896;
    private const int Intermediate = 4864;

    private readonly NativeBuffer<float> _x = new(Intermediate);
    private readonly NativeBuffer<float> _w = new(Intermediate);
    private readonly NativeBuffer<float> _y = new(Intermediate);

    /// <summary>Fills the row.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Intermediate; i++) _x.Pointer[i] = _w.Pointer[i] = (i % 100 / 25f) - 2;
    }

    /// <summary>Norm of a hidden row.</summary>
    [Benchmark]
    public void RmsNorm() => RowOps.RmsNorm(_x.Pointer, _w.Pointer, _y.Pointer, Hidden, 1e-6f);

    /// <summary>Gated activation of an intermediate row.</summary>
    [Benchmark]
    public void SiluGated() => RowOps.ApplyGated(ActivationFunction.Silu, _x.Pointer, _w.Pointer, _y.Pointer, Intermediate);

    /// <summary>The same by GELU.</summary>
    [Benchmark]
    public void GeluErfGated() => RowOps.ApplyGated(ActivationFunction.GeluErf, _x.Pointer, _w.Pointer, _y.Pointer, Intermediate);

    /// <summary>Frees the rows.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _x.Dispose();
        _w.Dispose();
        _y.Dispose();
    }
}

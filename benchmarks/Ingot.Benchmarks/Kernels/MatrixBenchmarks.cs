using BenchmarkDotNet.Attributes;
using Ingot.Compute.Kernels;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>One layer's products, on all cores.</summary>
public class MatrixBenchmarks
{
    private ThreadTeam? _team;
    private List<WeightMatrix> _matrices = [];
    private MatrixProduct? _product;

    /// <summary>Rows multiplied at once.</summary>
    [Params(1, 8, 128)]
    public int Rows { get; set; }

    /// <summary>Bits of a weight.</summary>
    [Params(4, 8)]
    public int Bits { get; set; }

    /// <summary>Makes the weights.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _team = new ThreadTeam();
        _matrices = [.. RandomWeights.BlockQuantized(_team, Bits, 32, 1)];
        _product = new MatrixProduct(_team, _matrices, Rows);
    }

    /// <summary>Quantises the rows and multiplies them with four matrices.</summary>
    [Benchmark]
    public void Layer() => _team!.Run(_product!);

    /// <summary>Frees the weights.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _product?.Dispose();
        _matrices.ForEach(matrix => matrix.Dispose());
        _team?.Dispose();
    }
}

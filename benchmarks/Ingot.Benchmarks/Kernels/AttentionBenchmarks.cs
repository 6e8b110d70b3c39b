using BenchmarkDotNet.Attributes;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>One layer's attention, on all cores.</summary>
public class AttentionBenchmarks
{
    private ThreadTeam? _team;
    private AttentionWork? _work;

    /// <summary>Tokens stored before.</summary>
    [Params(128, 1024)]
    public int Past { get; set; }

    /// <summary>Rows of the one sequence.</summary>
    [Params(1, 128)]
    public int Rows { get; set; }

    /// <summary>Fills the store.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _team = new ThreadTeam();
        _work = new AttentionWork(1, Rows, Past);
    }

    /// <summary>Attends.</summary>
    [Benchmark]
    public void Attention() => _team!.Run(_work!);

    /// <summary>Frees the store.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _work?.Dispose();
        _team?.Dispose();
    }
}

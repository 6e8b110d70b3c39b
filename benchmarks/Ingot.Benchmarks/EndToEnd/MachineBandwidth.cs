using Ingot.Benchmarks.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>What this machine's memory gives all threads together: the limit of a single sequence, which reads every weight for every token.</summary>
internal static class MachineBandwidth
{
    /// <summary>Bytes a second, the best of a second's attempts.</summary>
    public static double Measure(int threads)
    {
        using var team = new ThreadTeam(threads);
        using var buffer = new NativeBuffer<long>(64L * 1024 * 1024);
        // Pages that were never written are all the same page of zeros, and read from the cache.
        buffer.Span.Fill(1);
        return buffer.Length * sizeof(long) / Timing.Best(team, new ReadBandwidth(buffer), seconds: 1);
    }
}

using System.Diagnostics;
using Ingot.Benchmarks.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>What this machine's memory gives all threads together: the limit of a single sequence, which reads every weight for every token.</summary>
internal sealed class MachineBandwidth : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly NativeBuffer<long> _buffer = new(64L * 1024 * 1024);

    /// <summary>Takes memory to read.</summary>
    public MachineBandwidth(int threads)
    {
        _team = new ThreadTeam(threads);
        // Pages that were never written are all the same page of zeros, and read from the cache.
        _buffer.Span.Fill(1);
    }

    /// <summary>Bytes a second, the best of a second's attempts.</summary>
    public static double Measure(int threads)
    {
        using var bandwidth = new MachineBandwidth(threads);
        return bandwidth.Measure(seconds: 1.0);
    }

    /// <summary>Bytes a second, reading on and on for some time: what can be had in a turn that others have as long.</summary>
    public double MeasureSteady(TimeSpan time)
    {
        var work = new ReadBandwidth(_buffer);
        _team.Run(work);
        int runs = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            _team.Run(work);
            runs++;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return (double)runs * Bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double Measure(double seconds) => Bytes / Timing.Best(_team, new ReadBandwidth(_buffer), seconds);

    private long Bytes => _buffer.Length * sizeof(long);

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        _team.Dispose();
        _buffer.Dispose();
    }
}

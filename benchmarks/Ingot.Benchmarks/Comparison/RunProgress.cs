using System.Diagnostics;

namespace Ingot.Benchmarks.Comparison;

/// <summary>Says on standard error what is being measured, so that a run of minutes does not look like one that hangs.</summary>
internal sealed class RunProgress
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Since the run began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Something new begins.</summary>
    public void Begin(string what) => Console.Error.Write($@"[{Elapsed:mm\:ss}] {what}:");

    /// <summary>It goes on.</summary>
    public void Say(string what) => Console.Error.Write($" {what}");

    /// <summary>It is over.</summary>
    public void End() => Console.Error.WriteLine();
}

using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Operations;
using Ingot.Engine;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>Our own executor, which adds up where the time of steps of one size goes.</summary>
internal sealed class ProfiledRunner(ExecutorRunner runner) : WatchedRunner(runner)
{
    private readonly StepProfile _profile = runner.Executor.MeasureSteps();
    private readonly double[] _seconds = new double[Enum.GetValues<OperationKind>().Length];
    private int _tokens;

    /// <summary>Steps counted.</summary>
    public int Steps { get; private set; }

    /// <summary>Seconds they took, by the clock.</summary>
    public double StepSeconds { get; private set; }

    /// <summary>Seconds of one kind, the mean of all threads.</summary>
    public double Seconds(OperationKind kind) => _seconds[(int)kind];

    /// <summary>Begins anew; only steps of so many tokens count.</summary>
    public void Count(int tokens)
    {
        _tokens = tokens;
        Steps = 0;
        StepSeconds = 0;
        Array.Clear(_seconds);
    }

    public override void Step(StepBatch batch, Span<float> logits)
    {
        _profile.Clear();
        long start = Stopwatch.GetTimestamp();
        base.Step(batch, logits);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (batch.TokenCount != _tokens)
            return;
        Steps++;
        StepSeconds += seconds;
        foreach (OperationKind kind in Enum.GetValues<OperationKind>())
            _seconds[(int)kind] += _profile.Seconds(kind);
    }
}

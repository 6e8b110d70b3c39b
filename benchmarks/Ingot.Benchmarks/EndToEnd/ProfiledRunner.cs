using System.Diagnostics;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Threading;
using Ingot.Engine;

namespace Ingot.Benchmarks.EndToEnd;

/// <summary>Our own executor, which adds up where the time of steps of one size goes.</summary>
internal sealed class ProfiledRunner(ExecutorRunner runner) : IModelRunner
{
    private readonly StepProfile _profile = runner.Executor.MeasureSteps();
    private readonly double[] _seconds = new double[Enum.GetValues<OperationKind>().Length];
    private int _tokens;

    /// <summary>Steps counted.</summary>
    public int Steps { get; private set; }

    /// <summary>Seconds they took, by the clock.</summary>
    public double StepSeconds { get; private set; }

    public int VocabularySize => runner.VocabularySize;

    public int ContextLength => runner.ContextLength;

    public IReadOnlyList<int> EndOfSequenceIds => runner.EndOfSequenceIds;

    public int BlockSize => runner.BlockSize;

    public int BlockCount => runner.BlockCount;

    public int MaxStepTokens => runner.MaxStepTokens;

    public long MemoryBytes => runner.MemoryBytes;

    public int ThreadCount => runner.ThreadCount;

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

    public void Step(StepBatch batch, Span<float> logits)
    {
        _profile.Clear();
        long start = Stopwatch.GetTimestamp();
        runner.Step(batch, logits);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (batch.TokenCount != _tokens)
            return;
        Steps++;
        StepSeconds += seconds;
        foreach (OperationKind kind in Enum.GetValues<OperationKind>())
            _seconds[(int)kind] += _profile.Seconds(kind);
    }

    public bool TryGive(IThreadPoolWorkItem errand) => runner.TryGive(errand);

    public void Share(ISharedWork work) => runner.Share(work);

    public void Dispose() => runner.Dispose();
}

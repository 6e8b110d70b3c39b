using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Compute.Execution;
using Ingot.Engine;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// A model that reads as much memory in every step as empties the caches, as a real one's weights do, and has what follows a step
/// done on its own thread, at once, with a stopwatch beside it. What is measured so is little disturbed by whatever else the cores do.
/// </summary>
internal sealed class ColdRunner(IModelRunner model) : WatchedRunner(model)
{
    private const int SweptBytes = 64 << 20;
    private const int LineBytes = 64;

    private readonly byte[] _swept = new byte[SweptBytes];
    private readonly List<Errand> _errands = [];
    private int _rows;

    /// <summary>How many bytes it read, so that it reads them.</summary>
    public long Sum { get; private set; }

    public override void Step(StepBatch batch, Span<float> logits)
    {
        _rows = batch.TokenCount;
        base.Step(batch, logits);
        long sum = 0;
        for (int i = 0; i < _swept.Length; i += LineBytes)
            sum += ++_swept[i];
        Sum += sum;
    }

    public override bool TryGive(IThreadPoolWorkItem errand)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        errand.Execute();
        _errands.Add(new Errand(_rows, Stopwatch.GetElapsedTime(started).TotalMicroseconds, GC.GetAllocatedBytesForCurrentThread() - allocated));
        return true;
    }

    /// <summary>What was done after steps of so many tokens, since the last call; to be asked while nothing is generated.</summary>
    public IReadOnlyList<Errand> Take(int tokens)
    {
        Errand[] taken = [.. _errands.Where(errand => errand.Tokens == tokens)];
        _errands.Clear();
        return taken;
    }

    /// <summary>What followed one step.</summary>
    /// <param name="Tokens">The step's.</param>
    /// <param name="Microseconds">By the clock.</param>
    /// <param name="Bytes">Memory claimed.</param>
    public readonly record struct Errand(int Tokens, double Microseconds, long Bytes);
}

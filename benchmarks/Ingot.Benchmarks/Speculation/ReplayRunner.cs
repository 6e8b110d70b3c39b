using Ingot.Compute.Execution;
using Ingot.Compute.Threading;
using Ingot.Engine;

namespace Ingot.Benchmarks.Speculation;

/// <summary>
/// A real model that is made to say what is written: it computes everything, and then the logits of the written token are raised
/// above all others. So a model of random weights gives answers as a trained one would, at its own speed. One sequence at a time.
/// </summary>
internal sealed class ReplayRunner(IModelRunner model) : IModelRunner
{
    /// <summary>Prompt and answer; null leaves the model alone.</summary>
    public IReadOnlyList<int>? Script { get; set; }

    public int VocabularySize => model.VocabularySize;

    public int ContextLength => model.ContextLength;

    public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

    public int BlockSize => model.BlockSize;

    public int BlockCount => model.BlockCount;

    public int MaxStepTokens => model.MaxStepTokens;

    public long MemoryBytes => model.MemoryBytes;

    public int ThreadCount => model.ThreadCount;

    public void Step(StepBatch batch, Span<float> logits)
    {
        model.Step(batch, logits);
        if (Script is not { } script)
            return;
        for (int row = 0; row < batch.LogitRowCount; row++)
        {
            int next = batch.Positions[batch.LogitRows[row]] + 1;
            if (next < script.Count)
                logits[(row * VocabularySize) + script[next]] = 1e9f;
        }
    }

    public bool TryGive(IThreadPoolWorkItem errand) => model.TryGive(errand);

    public void Share(ISharedWork work) => model.Share(work);

    public void Dispose() => model.Dispose();
}

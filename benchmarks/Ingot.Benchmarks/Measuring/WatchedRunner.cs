using Ingot.Compute.Execution;
using Ingot.Compute.Threading;
using Ingot.Engine;

namespace Ingot.Benchmarks.Measuring;

/// <summary>A model that does as another one does, but for what is looked at or changed.</summary>
internal abstract class WatchedRunner(IModelRunner model) : IModelRunner
{
    public int VocabularySize => model.VocabularySize;

    public int ContextLength => model.ContextLength;

    public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

    public int BlockSize => model.BlockSize;

    public int BlockCount => model.BlockCount;

    public int MaxStepTokens => model.MaxStepTokens;

    public int MostDraftTokens => model.MostDraftTokens;

    public IReadOnlyList<int> RotaryLimits => model.RotaryLimits;

    public long MemoryBytes => model.MemoryBytes;

    public bool CanCopyBlocks => model.CanCopyBlocks;

    public int ThreadCount => model.ThreadCount;

    public virtual void Step(StepBatch batch, Span<float> logits) => model.Step(batch, logits);

    public virtual bool TryGive(IThreadPoolWorkItem errand) => model.TryGive(errand);

    public void Share(ISharedWork work) => model.Share(work);

    public void CopyBlock(int from, int to) => model.CopyBlock(from, to);

    public void Dispose() => model.Dispose();
}

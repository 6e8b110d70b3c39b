using Ingot.Compute.Execution;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;

namespace Ingot.Benchmarks.Server;

/// <summary>A model that takes its time and no processor: each step waits, and says one likely token after the other. What is used beside it is not computing.</summary>
internal sealed class PacedRunner(GenAiConfig config, TimeSpan step) : IModelRunner
{
    private readonly ManualResetEvent _never = new(false);
    private int _last;

    public int VocabularySize => config.VocabularySize;

    public int ContextLength => config.ContextLength;

    public IReadOnlyList<int> EndOfSequenceIds => [];

    public int BlockSize => 16;

    public int BlockCount => 1024;

    public int MaxStepTokens => 512;

    public long MemoryBytes => 0;

    public void Step(StepBatch batch, Span<float> logits)
    {
        _never.WaitOne(step);
        logits.Clear();
        for (int row = 0; row < batch.LogitRowCount; row++)
        {
            _last = (_last + 7) % (VocabularySize / 2);
            logits[(row * VocabularySize) + (VocabularySize / 4) + _last] = 10;
        }
    }

    public void Dispose() => _never.Dispose();
}

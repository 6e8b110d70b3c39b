using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Wide;
using Ingot.Compute.Tests.Onnx;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>A test model in a folder of its own, loaded, with a cache.</summary>
internal sealed class LoadedDecoder : IDisposable
{
    private const int BlockCount = 64;

    private readonly TemporaryFolder _folder = new();

    public LoadedDecoder(TestDecoderOptions options, int threads = 3, int maxStepTokens = 64, int? contextLength = null, IWideProducts? products = null)
    {
        try
        {
            var description = TestDecoderGraphs.Write(options, _folder.Path) with { ContextLength = contextLength };
            Executor = DecoderExecutor.Load(description, new ComputeOptions { ThreadCount = threads, MaxStepTokens = maxStepTokens }, CancellationToken.None, products);
            Store = Executor.CreateKvStore(BlockCount);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public DecoderExecutor Executor { get; }

    public KvStore Store { get; }

    /// <summary>One step of one sequence whose blocks are <paramref name="blocks"/>; all its rows of logits.</summary>
    public float[][] Run(ReadOnlySpan<int> tokens, int past, int[] blocks)
    {
        var batch = new StepBatch();
        batch.AddSequence(tokens, past, blocks, tokens.Length);
        return Run(batch);
    }

    public float[][] Run(StepBatch batch)
    {
        var vocabulary = Executor.VocabularySize;
        var logits = new float[batch.LogitRowCount * vocabulary];
        Executor.Step(batch, Store, logits);
        return [.. logits.Chunk(vocabulary)];
    }

    public void Dispose()
    {
        Store.Dispose();
        Executor.Dispose();
        _folder.Dispose();
    }
}

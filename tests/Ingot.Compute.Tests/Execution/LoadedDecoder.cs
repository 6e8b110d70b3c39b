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

    // clock: What trials at load are timed by; absent means none. prepare: Told the folder before the model is loaded.
    public LoadedDecoder(TestDecoderOptions options, int threads = 3, int maxStepTokens = 64, int? contextLength = null, IWideProducts? products = null, TimeProvider? clock = null, long? leastTrialBytes = null, Action<string>? prepare = null)
    {
        try
        {
            var description = TestDecoderGraphs.Write(options, _folder.Path) with { ContextLength = contextLength };
            prepare?.Invoke(Folder);
            var compute = new ComputeOptions { ThreadCount = threads, MaxStepTokens = maxStepTokens, Calibrate = clock is not null, Clock = clock ?? TimeProvider.System };
            if (leastTrialBytes is { } bytes)
                compute = compute with { LeastTrialBytes = bytes };
            Executor = DecoderExecutor.Load(description, compute, CancellationToken.None, products);
            Store = Executor.CreateKvStore(BlockCount);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public string Folder => _folder.Path;

    public DecoderExecutor Executor { get; }

    public KvStore Store { get; }

    /// <summary>One step of one sequence whose blocks are <paramref name="blocks"/>, and whose tokens, later ones included, are <paramref name="length"/>; all its rows of logits.</summary>
    public float[][] Run(ReadOnlySpan<int> tokens, int past, int[] blocks, int length = 0)
    {
        var batch = new StepBatch();
        batch.AddSequence(tokens, past, blocks, tokens.Length, length);
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

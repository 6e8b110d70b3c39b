using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Wide;
using Ingot.Compute.Threading;
using Ingot.Engine.Acceleration;
using Ingot.Engine.KvCache;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;

namespace Ingot.Engine;

/// <summary>The model step on our own executor. Owns the executor and the cache.</summary>
internal sealed class ExecutorRunner : IModelRunner
{
    private const int TokensOfThread = 32;
    private const int LeastSuitableTokens = 128;
    private const int MostSuitableTokens = 512;

    private readonly DecoderExecutor _executor;
    private readonly KvStore _store;

    private ExecutorRunner(DecoderExecutor executor, GenAiConfig config, EngineOptions options)
    {
        int known = config.Pooling is null ? executor.VocabularySize : executor.TokenCount;
        if (config.VocabularySize > known)
        {
            throw new IngotException(
                ErrorCode.ModelInvalid,
                $"{GenAiConfigReader.FileName}: model.vocab_size is {config.VocabularySize}, but the graph has {(config.Pooling is null ? "logits for " : "")}{known} tokens.");
        }
        _executor = executor;
        EndOfSequenceIds = config.EndOfSequenceIds;
        ContextLength = Math.Min(config.ContextLength, executor.MaxPositions ?? int.MaxValue);
        BlockCount = KvBudget.BlockCount(options, ContextLength, executor.KvBlockSize, executor.KvBytesPerBlock, MachineMemory.FreeBytes());
        _store = executor.CreateKvStore(BlockCount);
    }

    public int VocabularySize => _executor.VocabularySize;

    public int ContextLength { get; }

    public IReadOnlyList<int> EndOfSequenceIds { get; }

    public int BlockSize => _executor.KvBlockSize;

    public int BlockCount { get; }

    public required int MaxStepTokens { get; init; }

    public IReadOnlyList<int> RotaryLimits => _executor.RotaryLimits;

    public long MemoryBytes => _executor.WeightBytes + Acceleration.MemoryBytes + (_executor.KvBytesPerBlock * BlockCount);

    public int ThreadCount => _executor.ThreadCount;

    public bool CanCopyBlocks => true;

    /// <summary>What computes, for benchmarks.</summary>
    public DecoderExecutor Executor => _executor;

    /// <summary>Whether steps of many tokens are accelerated.</summary>
    public required AccelerationFacts Acceleration { get; init; }

    /// <summary>One line for logs.</summary>
    public string Summary => _executor.Summary;

    /// <summary>Loads the weights of a folder that generates text, or whose rows are pooled, and claims its cache.</summary>
    public static ExecutorRunner Load(ModelFolder folder, EngineOptions options, CancellationToken cancellation)
    {
        DecoderDescription decoder = folder.Config.Decoder!;
        IWideProducts? products = AccelerationChoice.Of(options, out string? refusal);
        int StepTokens(bool isAccelerated) => options.StepTokenBudget ?? Math.Max(options.MaxSequences, SuitableStepTokens(options.ThreadCount, isAccelerated));
        var compute = new ComputeOptions { ThreadCount = options.ThreadCount, MaxStepTokens = StepTokens(products is not null), KvFormat = options.KvCache.ToKvFormat(), Calibrate = options.Calibrate };
        DecoderExecutor executor = DecoderExecutor.Load(decoder, compute, cancellation, products);
        try
        {
            AccelerationFacts acceleration = AccelerationChoice.Facts(refusal, executor.Wide);
            return new ExecutorRunner(executor, folder.Config, options) { Acceleration = acceleration, MaxStepTokens = StepTokens(acceleration.IsUsed) };
        }
        catch
        {
            executor.Dispose();
            throw;
        }
    }

    public void Step(StepBatch batch, Span<float> logits) => _executor.Step(batch, _store, logits);

    public void CopyBlock(int from, int to) => _store.CopyBlock(from, to);

    public bool TryGive(IThreadPoolWorkItem errand) => _executor.TryGive(errand);

    public void Share(ISharedWork work) => _executor.Share(work);

    public void Dispose()
    {
        _executor.Dispose();
        _store.Dispose();
    }

    // What a layer makes of more rows does not stay in the threads' caches until the next reads it; reading the weights again for
    // the next rows costs less. Products of a library are the better the more rows they get.
    private static int SuitableStepTokens(int threadCount, bool isAccelerated) =>
        isAccelerated ? MostSuitableTokens : Math.Clamp(TokensOfThread * (threadCount == 0 ? EngineOptions.MachineCores : threadCount), LeastSuitableTokens, MostSuitableTokens);
}

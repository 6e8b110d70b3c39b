using Ingot.Compute;
using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Engine.KvCache;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;

namespace Ingot.Engine.Embedding;

/// <summary>
/// Vectors from a decoder whose graph ends in one row a token, on our own executor. Owns the executor and a cache that
/// holds one full context, or many short sequences; a sequence longer than a step is computed in several.
/// </summary>
internal sealed class DecoderEmbeddingRunner : IEmbeddingRunner
{
    // Short contexts get a cache for this many tokens all the same, so that steps can be filled.
    private const int LeastCacheTokens = 4096;

    private readonly DecoderExecutor _executor;
    private readonly KvStore _store;
    private readonly PoolingMode _mode;
    private readonly StepBatch _batch = new();
    private readonly int[] _blocks;
    private float[] _rows = [];

    private DecoderEmbeddingRunner(DecoderExecutor executor, GenAiConfig config, PoolingMode mode, EngineOptions options)
    {
        if (config.VocabularySize > executor.TokenCount)
        {
            throw new IngotException(
                ErrorCode.ModelInvalid,
                $"{GenAiConfigReader.FileName}: model.vocab_size is {config.VocabularySize}, but the graph has {executor.TokenCount} tokens.");
        }
        _executor = executor;
        _mode = mode;
        VocabularySize = config.VocabularySize;
        int context = Math.Min(config.ContextLength, executor.MaxPositions ?? int.MaxValue);
        int blocks = KvBudget.BlockCount(
            options with { MaxSequences = 1 }, Math.Max(context, LeastCacheTokens), executor.KvBlockSize, executor.KvBytesPerBlock, MachineMemory.FreeBytes());
        ContextLength = (int)Math.Min(context, (long)blocks * executor.KvBlockSize);
        _blocks = [.. Enumerable.Range(0, blocks)];
        _store = executor.CreateKvStore(blocks);
    }

    public int Width => _executor.VocabularySize;

    public int VocabularySize { get; }

    public int ContextLength { get; }

    public int MaxStepTokens => Math.Max(ContextLength, _executor.MaxStepTokens);

    public long MemoryBytes => _executor.WeightBytes + (_executor.KvBytesPerBlock * _blocks.Length);

    /// <summary>One line for logs.</summary>
    public string Summary => _executor.Summary;

    /// <summary>Loads a folder's weights and claims its cache.</summary>
    public static DecoderEmbeddingRunner Load(
        ModelFolder folder, DecoderDescription decoder, PoolingSettings pooling, EngineOptions options, ComputeOptions compute, CancellationToken cancellation)
    {
        if (pooling.Mode == PoolingMode.First)
            throw new IngotException(ErrorCode.ModelUnsupported, $"{GenAiConfigReader.FileName}: model.pooling.mode is 'cls', but a decoder's first token knows nothing of what follows it.");
        DecoderExecutor executor = DecoderExecutor.Load(decoder, compute, cancellation);
        try
        {
            return new DecoderEmbeddingRunner(executor, folder.Config, pooling.Mode, options);
        }
        catch
        {
            executor.Dispose();
            throw;
        }
    }

    public void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors)
    {
        for (int first = 0; first < sequences.Count;)
        {
            int count = CountTogether(sequences, first);
            if (count == 0)
                EmbedLong(sequences[first].Span, vectors.Slice(first * Width, Width));
            else
                EmbedTogether(sequences, first, count, vectors.Slice(first * Width, count * Width));
            first += Math.Max(1, count);
        }
    }

    public void Dispose()
    {
        _executor.Dispose();
        _store.Dispose();
    }

    /// <summary>How many of the next sequences fit one step and the cache; 0 when not even one does.</summary>
    private int CountTogether(IReadOnlyList<ReadOnlyMemory<int>> sequences, int first)
    {
        int count = 0, tokens = 0, blocks = 0;
        for (; first + count < sequences.Count; count++)
        {
            tokens += sequences[first + count].Length;
            blocks += BlocksOf(sequences[first + count].Length);
            if (tokens > _executor.MaxStepTokens || blocks > _blocks.Length)
                break;
        }
        return count;
    }

    private void EmbedTogether(IReadOnlyList<ReadOnlyMemory<int>> sequences, int first, int count, Span<float> vectors)
    {
        _batch.Clear();
        int block = 0;
        for (int i = first; i < first + count; i++)
        {
            ReadOnlySpan<int> tokens = sequences[i].Span;
            _batch.AddSequence(tokens, 0, _blocks.AsMemory(block, BlocksOf(tokens.Length)), _mode == PoolingMode.Mean ? tokens.Length : 1);
            block += BlocksOf(tokens.Length);
        }
        if (_mode != PoolingMode.Mean)
        {
            _executor.Step(_batch, _store, vectors);
            return;
        }
        Span<float> rows = Rows(_batch.LogitRowCount);
        _executor.Step(_batch, _store, rows);
        for (int i = 0; i < count; i++)
        {
            int length = sequences[first + i].Length;
            Pooling.Mean(rows[..(length * Width)], vectors.Slice(i * Width, Width));
            rows = rows[(length * Width)..];
        }
    }

    // All rows are kept until the mean is taken, so that it adds them in the same order as for a short sequence.
    private void EmbedLong(ReadOnlySpan<int> tokens, Span<float> vector)
    {
        Span<float> rows = Rows(_mode == PoolingMode.Mean ? tokens.Length : 1);
        for (int past = 0; past < tokens.Length;)
        {
            int count = Math.Min(_executor.MaxStepTokens, tokens.Length - past);
            bool isLast = past + count == tokens.Length;
            _batch.Clear();
            _batch.AddSequence(tokens.Slice(past, count), past, _blocks, _mode == PoolingMode.Mean ? count : isLast ? 1 : 0);
            _executor.Step(_batch, _store, _mode == PoolingMode.Mean ? rows[(past * Width)..] : rows);
            past += count;
        }
        Pooling.Mean(rows, vector);
    }

    private Span<float> Rows(int count)
    {
        int needed = checked(count * Width);
        if (_rows.Length < needed)
            _rows = new float[Math.Max(needed, 2 * _rows.Length)];
        return _rows.AsSpan(0, needed);
    }

    private int BlocksOf(int tokens) => (tokens + _executor.KvBlockSize - 1) / _executor.KvBlockSize;
}

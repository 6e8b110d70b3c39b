using Ingot.Compute.Execution;

namespace Ingot.Engine.Embedding;

/// <summary>
/// Vectors from a decoder whose graph ends in one row a token, whoever computes it. Owns the runner, whose cache holds one full
/// context, or many short sequences; a sequence longer than a step is computed in several.
/// </summary>
/// <param name="rows">Computes the rows: what are logits to others are these here.</param>
/// <param name="vocabularySize">Token ids are 0 to this - 1.</param>
/// <param name="mode">Which rows make a vector; not <see cref="PoolingMode.First"/>.</param>
internal sealed class DecoderEmbeddingRunner(IModelRunner rows, int vocabularySize, PoolingMode mode) : IEmbeddingRunner
{
    // Short contexts get a cache for this many tokens all the same, so that steps can be filled.
    private const int LeastCacheTokens = 4096;

    private readonly StepBatch _batch = new();
    private readonly int[] _blocks = [.. Enumerable.Range(0, rows.BlockCount)];
    private float[] _rows = [];

    public int Width => rows.VocabularySize;

    public int VocabularySize => vocabularySize;

    public int ContextLength { get; } = (int)Math.Min(rows.ContextLength, (long)rows.BlockCount * rows.BlockSize);

    public int MaxStepTokens => Math.Max(ContextLength, rows.MaxStepTokens);

    public long MemoryBytes => rows.MemoryBytes;

    /// <summary>How a runner of rows shares the machine: one text's context, or as many short ones as fill a step.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="context">Tokens of a full context.</param>
    public static EngineOptions OptionsFor(EngineOptions options, int context) =>
        options with { MaxSequences = Math.Max(1, (LeastCacheTokens + context - 1) / context), StepTokenBudget = Embedder.StepTokens, KvCache = KvCacheFormat.Fp32 };

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

    public void Dispose() => rows.Dispose();

    /// <summary>How many of the next sequences fit one step and the cache; 0 when not even one does.</summary>
    private int CountTogether(IReadOnlyList<ReadOnlyMemory<int>> sequences, int first)
    {
        int count = 0, tokens = 0, blocks = 0;
        for (; first + count < sequences.Count; count++)
        {
            tokens += sequences[first + count].Length;
            blocks += BlocksOf(sequences[first + count].Length);
            if (tokens > rows.MaxStepTokens || blocks > _blocks.Length)
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
            _batch.AddSequence(tokens, 0, _blocks.AsMemory(block, BlocksOf(tokens.Length)), mode == PoolingMode.Mean ? tokens.Length : 1);
            block += BlocksOf(tokens.Length);
        }
        if (mode != PoolingMode.Mean)
        {
            rows.Step(_batch, vectors);
            return;
        }
        Span<float> all = Rows(_batch.LogitRowCount);
        rows.Step(_batch, all);
        for (int i = 0; i < count; i++)
        {
            int length = sequences[first + i].Length;
            Pooling.Mean(all[..(length * Width)], vectors.Slice(i * Width, Width));
            all = all[(length * Width)..];
        }
    }

    // All rows are kept until the mean is taken, so that it adds them in the same order as for a short sequence.
    private void EmbedLong(ReadOnlySpan<int> tokens, Span<float> vector)
    {
        Span<float> all = Rows(mode == PoolingMode.Mean ? tokens.Length : 1);
        for (int past = 0; past < tokens.Length;)
        {
            int count = Math.Min(rows.MaxStepTokens, tokens.Length - past);
            bool isLast = past + count == tokens.Length;
            _batch.Clear();
            _batch.AddSequence(tokens.Slice(past, count), past, _blocks, mode == PoolingMode.Mean ? count : isLast ? 1 : 0, tokens.Length);
            rows.Step(_batch, mode == PoolingMode.Mean ? all[(past * Width)..] : all);
            past += count;
        }
        Pooling.Mean(all, vector);
    }

    private Span<float> Rows(int count)
    {
        int needed = checked(count * Width);
        if (_rows.Length < needed)
            _rows = new float[Math.Max(needed, 2 * _rows.Length)];
        return _rows.AsSpan(0, needed);
    }

    private int BlocksOf(int tokens) => (tokens + rows.BlockSize - 1) / rows.BlockSize;
}

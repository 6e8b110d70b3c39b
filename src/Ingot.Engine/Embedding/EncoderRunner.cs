using Ingot.Compute;
using Ingot.Compute.Execution.Encoders;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;

namespace Ingot.Engine.Embedding;

/// <summary>Vectors from an encoder on our own executor, which it owns.</summary>
internal sealed class EncoderRunner : IEmbeddingRunner
{
    private readonly EncoderExecutor _executor;
    private readonly PoolingSettings _pooling;
    private readonly EncoderBatch _batch = new();
    private float[] _rows = [];

    private EncoderRunner(EncoderExecutor executor, PoolingSettings pooling, GenAiConfig config)
    {
        if (config.VocabularySize > executor.VocabularySize)
        {
            throw new IngotException(
                ErrorCode.ModelInvalid,
                $"{GenAiConfigReader.FileName}: model.vocab_size is {config.VocabularySize}, but the graph has {executor.VocabularySize} tokens.");
        }
        _executor = executor;
        _pooling = pooling;
        VocabularySize = config.VocabularySize;
        ContextLength = Math.Min(Math.Min(config.ContextLength, executor.MaxPositions ?? int.MaxValue), executor.MaxTokens);
    }

    public int Width => _executor.HiddenSize;

    public int VocabularySize { get; }

    public int ContextLength { get; }

    public int MaxStepTokens => _executor.MaxTokens;

    public long MemoryBytes => _executor.WeightBytes;

    /// <summary>One line for logs.</summary>
    public string Summary => _executor.Summary;

    /// <summary>Loads a folder's weights.</summary>
    public static EncoderRunner Load(ModelFolder folder, EncoderDescription encoder, PoolingSettings pooling, ComputeOptions options, CancellationToken cancellation)
    {
        EncoderExecutor executor = EncoderExecutor.Load(encoder, options, cancellation);
        try
        {
            return new EncoderRunner(executor, pooling, folder.Config);
        }
        catch
        {
            executor.Dispose();
            throw;
        }
    }

    public void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors)
    {
        EncoderRows wanted = _pooling.Mode switch
        {
            PoolingMode.First => EncoderRows.First,
            PoolingMode.Last => EncoderRows.Last,
            _ => EncoderRows.All,
        };
        _batch.Clear();
        foreach (ReadOnlyMemory<int> sequence in sequences)
            _batch.Add(sequence.Span, wanted);
        if (wanted != EncoderRows.All)
        {
            _executor.Run(_batch, vectors);
            return;
        }
        if (_rows.Length < _batch.RowCount * Width)
            _rows = new float[Math.Max(_batch.RowCount * Width, 2 * _rows.Length)];
        _executor.Run(_batch, _rows);
        int row = 0;
        for (int i = 0; i < sequences.Count; i++)
        {
            Pooling.Mean(_rows.AsSpan(row * Width, sequences[i].Length * Width), vectors.Slice(i * Width, Width));
            row += sequences[i].Length;
        }
    }

    public void Dispose() => _executor.Dispose();
}

namespace Ingot.Engine.Embedding;

/// <summary>
/// What turns whole sequences of tokens into one vector each. Knows nothing of requests.
/// Not thread-safe: one embedder owns it, calls it from its one thread and disposes it.
/// </summary>
public interface IEmbeddingRunner : IDisposable
{
    /// <summary>Numbers in a vector.</summary>
    int Width { get; }

    /// <summary>Token ids are 0 to this - 1.</summary>
    int VocabularySize { get; }

    /// <summary>The most tokens of one sequence; never more than <see cref="MaxStepTokens"/>.</summary>
    int ContextLength { get; }

    /// <summary>The most tokens of the sequences of one step together.</summary>
    int MaxStepTokens { get; }

    /// <summary>Bytes of memory it holds: its weights and its cache, if it has one.</summary>
    long MemoryBytes { get; }

    /// <summary>Computes the vectors of some sequences.</summary>
    /// <param name="sequences">The sequences, none empty, within the limits. Valid for this call only.</param>
    /// <param name="vectors">Receives [sequences.Count, Width], row-major; the caller owns it.</param>
    void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors);
}

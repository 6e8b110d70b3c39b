using Ingot.Engine.Embedding;

namespace Ingot.Testing;

/// <summary>A model without numbers: a sequence's vector is made of its tokens, so that a mixed-up sequence shows.</summary>
public sealed class FakeEmbeddingRunner : IEmbeddingRunner
{
    private readonly List<int[]> _steps = [];

    public int Width { get; init; } = 3;

    public int VocabularySize { get; init; } = 256;

    public int ContextLength { get; init; } = 32;

    public int MaxStepTokens { get; init; } = 64;

    public long MemoryBytes { get; init; }

    /// <summary>Runs on the embedder's thread at the start of each step: to look at it, to hold it up or to throw.</summary>
    public Action<IReadOnlyList<ReadOnlyMemory<int>>>? OnStep { get; set; }

    /// <summary>The lengths of each step's sequences so far.</summary>
    public IReadOnlyList<int[]> Steps => _steps;

    public bool IsDisposed { get; private set; }

    /// <summary>What the vector of a sequence is.</summary>
    public static float[] VectorOf(ReadOnlySpan<int> tokens)
    {
        int sum = 0;
        for (int i = 0; i < tokens.Length; i++)
            sum += (i + 1) * tokens[i];
        return [sum, tokens.Length, tokens[^1]];
    }

    public void Embed(IReadOnlyList<ReadOnlyMemory<int>> sequences, Span<float> vectors)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        OnStep?.Invoke(sequences);
        _steps.Add([.. sequences.Select(sequence => sequence.Length)]);
        if (sequences.Sum(sequence => sequence.Length) > MaxStepTokens)
            throw new InvalidOperationException("The step has too many tokens.");
        for (int i = 0; i < sequences.Count; i++)
            VectorOf(sequences[i].Span).CopyTo(vectors[(i * Width)..]);
    }

    public void Dispose() => IsDisposed = true;
}

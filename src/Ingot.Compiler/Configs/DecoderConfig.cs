namespace Ingot.Compiler.Configs;

/// <summary>
/// The shape of a decoder as <c>config.json</c> gives it, checked. Every number is positive and every product that the
/// graph needs of them fits; nothing after this record checks them again.
/// </summary>
internal sealed record DecoderConfig
{
    /// <summary>The name onnxruntime-genai has for the family: llama, mistral, qwen2, qwen3 or gptoss.</summary>
    public required string ModelType { get; init; }

    /// <summary>The Hugging Face class, for messages.</summary>
    public required string Architecture { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int LayerCount { get; init; }

    /// <summary>Query heads; a multiple of <see cref="KeyValueHeadCount"/>.</summary>
    public required int HeadCount { get; init; }

    public required int KeyValueHeadCount { get; init; }

    /// <summary>Numbers in one head, a multiple of 16; need not be hidden size over heads.</summary>
    public required int HeadSize { get; init; }

    public required float NormEpsilon { get; init; }

    public required RopeSettings Rope { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Whether the embedding is the language-model head as well.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Positions the rotary caches cover, the longest one of several.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Whether the query, key and value projections have biases.</summary>
    public required bool QueryKeyValueBias { get; init; }

    /// <summary>Whether attention's output projection has a bias.</summary>
    public required bool OutputBias { get; init; }

    /// <summary>Whether the three projections of the feed-forward part have biases.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Whether queries and keys are normalised head by head (Qwen3).</summary>
    public required bool HeadNorms { get; init; }

    /// <summary>The mixtures of experts among its feed-forward layers; null for none.</summary>
    public ExpertsConfig? Experts { get; init; }

    /// <summary>Whether each head has a score of its own that takes its part of the weights to nothing.</summary>
    public bool Sinks { get; init; }

    /// <summary>Tokens that a windowed layer looks back on, itself included; 0 where there are no such layers.</summary>
    public int Window { get; init; }

    /// <summary>For each layer whether it is windowed; empty where none is.</summary>
    public IReadOnlyList<bool> WindowedLayers { get; init; } = [];

    /// <summary>Width of all query heads together.</summary>
    public int QueryWidth => HeadCount * HeadSize;

    /// <summary>Width of all key (or value) heads together.</summary>
    public int KeyValueWidth => KeyValueHeadCount * HeadSize;
}

using Ingot.Compute.Attention;
using Ingot.Compute.Execution;
using Ingot.Compute.Execution.Encoders;
using Ingot.Engine.Embedding;

namespace Ingot.Engine.ModelFolders;

/// <summary>
/// A model folder's genai_config.json, checked: what the model is, its limits and special tokens, and its graph. A model
/// generates text (a decoder without pooling) or makes vectors of texts (an encoder or a decoder, with pooling).
/// </summary>
public sealed record GenAiConfig
{
    /// <summary>The architecture's name, such as "llama" or "qwen2". Informational: the graph says what is computed.</summary>
    public required string ModelType { get; init; }

    /// <summary>The most tokens, prompt and output together; at least 1.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Logits in a row, at least 1.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Token ids by which the model says it is done; at least one in a model that generates text, each below <see cref="VocabularySize"/>.</summary>
    public required IReadOnlyList<int> EndOfSequenceIds { get; init; }

    /// <summary>The token id sequences begin with; null when the model has none. The first, where the file lists several.</summary>
    public int? BeginOfSequenceId { get; init; }

    /// <summary>The token id that stands for nothing; null when the model has none.</summary>
    public int? PadId { get; init; }

    /// <summary>The decoder graph, its attention shape, and what its inputs and outputs are called; null when the model is an encoder.</summary>
    public DecoderDescription? Decoder { get; init; }

    /// <summary>The encoder graph, its attention shape, and what its inputs and outputs are called; null when the model is a decoder.</summary>
    public EncoderDescription? Encoder { get; init; }

    /// <summary>How the rows of tokens become the vector of a text; null when the model generates text.</summary>
    public PoolingSettings? Pooling { get; init; }

    /// <summary>Execution providers the folder was made for, as the file names them ("cuda"); empty: the CPU.</summary>
    public IReadOnlyList<string> ExecutionProviders { get; init; } = [];

    /// <summary>How ONNX Runtime is to run the graph, where it does.</summary>
    public SessionConfig Session { get; init; } = new();

    /// <summary>Bytes of keys and values that one token takes over all layers; 0 for an encoder, which keeps none.</summary>
    /// <param name="format">How they are kept; those of a model that makes vectors of texts always as they are.</param>
    public long CacheBytesPerToken(KvCacheFormat format) => Decoder is null ? 0
        : KvStore.BytesPerToken(Pooling is null ? format.ToKvFormat() : KvFormat.Float32, Decoder.LayerCount, Decoder.KvHeadCount, Decoder.HeadSize);

    /// <summary>How the model's makers would choose tokens.</summary>
    public SearchDefaults Search { get; init; } = new();
}

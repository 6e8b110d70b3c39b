using Ingot.Protocol.Bounds;
using Ingot.Protocol.Completions;

namespace Ingot.Protocol.Embeddings;

/// <summary><c>POST /v1/embeddings</c>. Every field may be absent; what that means is said at each.</summary>
public sealed record EmbeddingRequest : IModelRequest
{
    /// <summary>The model's alias, name or id. Required.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>The texts: a string, an array of strings, an array of token ids, or an array of such arrays. Required.</summary>
    [EntryCount(1, 2048)]
    public PromptInput? Input { get; init; }

    /// <summary><c>float</c> (default): vectors as arrays of numbers. <c>base64</c>: as the base64 of their little-endian 32-bit floats.</summary>
    [Words("float", "base64")]
    public string? EncodingFormat { get; init; }

    /// <summary>How many numbers of each vector are wanted, 1 to the model's. Default: all.</summary>
    [NumberRange(1)]
    public int? Dimensions { get; init; }

    /// <summary>Who asks, in the caller's own words; accepted and not used.</summary>
    public string? User { get; init; }
}

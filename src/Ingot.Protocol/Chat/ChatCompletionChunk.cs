using System.Text.Json.Serialization;

namespace Ingot.Protocol.Chat;

/// <summary>One event of a streamed answer. All events of an answer share id, creation time and model.</summary>
/// <param name="Id"><c>chatcmpl-…</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The id of the model that answers.</param>
/// <param name="Choices">One choice's news; empty in the chunk that carries the usage.</param>
public sealed record ChatCompletionChunk(
    [property: JsonPropertyOrder(-2)] string Id,
    long Created,
    string Model,
    IReadOnlyList<ChunkChoice> Choices)
{
    /// <summary>Always <c>chat.completion.chunk</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "chat.completion.chunk";

    /// <summary>Which build on which kind of machine answers.</summary>
    public string? SystemFingerprint { get; init; }

    /// <summary>Always <c>default</c>; absent unless the request named a tier.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Absent unless <c>stream_options.include_usage</c> asked for counts; then they are in the last chunk, and every other one says null.</summary>
    public ChunkUsage? Usage { get; init; }
}

/// <summary>What is new in one choice.</summary>
/// <param name="Index">0 to <c>n</c> - 1.</param>
/// <param name="Delta">The new piece.</param>
/// <param name="Logprobs">Null unless asked for.</param>
/// <param name="FinishReason">Null until the choice's last chunk.</param>
public sealed record ChunkChoice(
    int Index,
    ChunkDelta Delta,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ChoiceLogprobs? Logprobs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason);

/// <summary>A new piece of an answer; every field is absent when it has no news.</summary>
public sealed record ChunkDelta
{
    /// <summary><c>assistant</c>, in a choice's first chunk.</summary>
    public string? Role { get; init; }

    /// <summary>More text.</summary>
    public string? Content { get; init; }

    /// <summary>More reasoning.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>More of the tool calls, by their index.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>The function call, where the request declared <c>functions</c>.</summary>
    public FunctionCall? FunctionCall { get; init; }
}

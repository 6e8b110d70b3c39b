using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Protocol.Responses;

/// <summary>A response: what was asked for, how far it is, and what it says. Every field is always there, but those that say otherwise.</summary>
public sealed record ResponseObject
{
    /// <summary><c>resp_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>response</c>.</summary>
    public string Object { get; init; } = "response";

    /// <summary>When it was asked for, in seconds since 1970.</summary>
    public required long CreatedAt { get; init; }

    /// <summary><c>queued</c>, <c>in_progress</c>, <c>completed</c>, <c>incomplete</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it was made after its request was answered.</summary>
    public required bool Background { get; init; }

    /// <summary>When it was complete, in seconds since 1970; null unless it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? CompletedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ResponseError? Error { get; init; }

    /// <summary>Why it is incomplete; null unless it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>As asked; null when there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Instructions { get; init; }

    /// <summary>As asked; null when there was no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>As asked; null when there was no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? MaxToolCalls { get; init; }

    /// <summary>The id of the model that answers; what was asked for, until it is known.</summary>
    public required string Model { get; init; }

    /// <summary>What it says so far: thinking, messages and calls in the order they came.</summary>
    public IReadOnlyList<ResponseItem> Output { get; init; } = [];

    /// <summary>As asked.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The response it goes on from; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PreviousResponseId { get; init; }

    /// <summary>The conversation it belongs to; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ConversationReference? Conversation { get; init; }

    /// <summary>As asked, or the model's own default.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>As asked, or the model's own default.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>As asked, or the model's own default.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>As asked, or the model's own default.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>As asked; 0 when nothing was.</summary>
    public int TopLogprobs { get; init; }

    /// <summary>How the model was to think.</summary>
    public ResponseReasoning Reasoning { get; init; } = new();

    /// <summary>Whether it is kept.</summary>
    public required bool Store { get; init; }

    /// <summary>What its text was to be.</summary>
    public required ResponseTextEcho Text { get; init; }

    /// <summary>As asked: <c>none</c>, <c>auto</c>, <c>required</c> or an object.</summary>
    public required JsonElement ToolChoice { get; init; }

    /// <summary>The functions that were given.</summary>
    public IReadOnlyList<FunctionTool> Tools { get; init; } = [];

    /// <summary><c>disabled</c> or <c>auto</c>, as asked.</summary>
    public string Truncation { get; init; } = "disabled";

    /// <summary>Always <c>default</c>.</summary>
    public string ServiceTier { get; init; } = "default";

    /// <summary>Token counts; null until they are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ResponseUsage? Usage { get; init; }

    /// <summary>As asked; null when not given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? User { get; init; }

    /// <summary>As asked; null when not given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? SafetyIdentifier { get; init; }

    /// <summary>As asked; null when not given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PromptCacheKey { get; init; }

    /// <summary>As asked; null when not given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? PromptCacheRetention { get; init; }

    /// <summary>The caller's own notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a response's text was to be.</summary>
/// <param name="Format">Its form.</param>
/// <param name="Verbosity">Always <c>medium</c>.</param>
public sealed record ResponseTextEcho(ResponseTextFormat Format, string Verbosity = "medium");

/// <summary>A function the model may call, as a response tells it back.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does; null when not said.</param>
/// <param name="Parameters">JSON Schema of its arguments; null when it has none.</param>
/// <param name="Strict">Whether its schema was to be enforced or refused.</param>
public sealed record FunctionTool(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Description,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Parameters,
    bool Strict)
{
    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; init; } = "function";
}

/// <summary>Why a response failed.</summary>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record ResponseError(string Code, string Message);

/// <summary>Why a response is incomplete.</summary>
/// <param name="Reason"><c>max_output_tokens</c>.</param>
public sealed record IncompleteDetails(string Reason);

/// <summary>Token counts of a response.</summary>
/// <param name="InputTokens">Tokens of the prompt.</param>
/// <param name="InputTokensDetails">How many of them were not computed again.</param>
/// <param name="OutputTokens">Tokens generated, thinking included.</param>
/// <param name="OutputTokensDetails">How many of them were thinking.</param>
/// <param name="TotalTokens">The sum.</param>
public sealed record ResponseUsage(
    int InputTokens,
    InputTokensDetails InputTokensDetails,
    int OutputTokens,
    OutputTokensDetails OutputTokensDetails,
    int TotalTokens);

/// <summary>Part of <see cref="ResponseUsage"/>.</summary>
/// <param name="CachedTokens">Prompt tokens found in the key-value cache.</param>
/// <param name="CacheWriteTokens">Always 0: nothing is charged for what the cache keeps.</param>
public sealed record InputTokensDetails(int CachedTokens, int CacheWriteTokens = 0);

/// <summary>Part of <see cref="ResponseUsage"/>.</summary>
/// <param name="ReasoningTokens">Generated tokens that were thinking.</param>
public sealed record OutputTokensDetails(int ReasoningTokens);

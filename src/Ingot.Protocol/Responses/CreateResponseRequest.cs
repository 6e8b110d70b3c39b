using System.Text.Json;
using Ingot.Protocol.Bounds;
using Ingot.Protocol.Sampling;

namespace Ingot.Protocol.Responses;

/// <summary>
/// <c>POST /v1/responses</c>: OpenAI's fields and the sampling fields common to local servers. A field that is absent or null
/// leaves the choice to the model's own defaults. The server refuses what breaks a bound.
/// </summary>
public sealed record CreateResponseRequest : ISamplingFields, IModelRequest
{
    /// <summary>A model's alias, name, or <c>name:version</c>. Needed.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>What to answer: a message of the user, or items, oldest first. May be absent only where an earlier response or a conversation goes on.</summary>
    [EntryCount(0, Limit = WireLimit.Messages)]
    public ResponseInput? Input { get; init; }

    /// <summary>Instructions to the model, before everything else. Those of an earlier response do not count any more.</summary>
    public string? Instructions { get; init; }

    /// <summary>The response that this one goes on from: what it was made of and what it said come before <see cref="Input"/>. Not with <see cref="Conversation"/>.</summary>
    [TextLength(1, 128)]
    public string? PreviousResponseId { get; init; }

    /// <summary>The conversation that this response goes on with; what goes in and what comes out is added to it.</summary>
    public ConversationReference? Conversation { get; init; }

    /// <summary>Whether the response is kept for later requests; default true where this service keeps any.</summary>
    public bool? Store { get; init; }

    /// <summary>True for server-sent events; default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>Only with <see cref="Stream"/>.</summary>
    public ResponseStreamOptions? StreamOptions { get; init; }

    /// <summary>True to answer at once, with a response that is made afterwards; only for a response that is kept. Default false.</summary>
    public bool? Background { get; init; }

    /// <summary>At least 1: the most tokens to generate, thinking included; absent leaves the rest of the context.</summary>
    [NumberRange(1)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>At least 1: the most calls of built-in tools. There are none here, so it bounds nothing.</summary>
    [NumberRange(1)]
    public int? MaxToolCalls { get; init; }

    /// <inheritdoc/>
    public float? Temperature { get; init; }

    /// <inheritdoc/>
    public float? TopP { get; init; }

    /// <inheritdoc/>
    public int? TopK { get; init; }

    /// <inheritdoc/>
    public float? MinP { get; init; }

    /// <inheritdoc/>
    public float? PresencePenalty { get; init; }

    /// <inheritdoc/>
    public float? FrequencyPenalty { get; init; }

    /// <inheritdoc/>
    public float? RepetitionPenalty { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float>? LogitBias { get; init; }

    /// <inheritdoc/>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public long? RandomSeed { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The functions the model may call.</summary>
    [EntryCount(0, 128)]
    public IReadOnlyList<ResponseTool?>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or an object: <c>{"type": "function", "name"}</c> or <c>{"type": "allowed_tools", "mode", "tools"}</c>.</summary>
    public JsonElement? ToolChoice { get; init; }

    /// <summary>False allows at most one call an answer; default true.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>What the answer's text must be.</summary>
    public ResponseText? Text { get; init; }

    /// <summary>How the model thinks.</summary>
    public ResponseReasoning? Reasoning { get; init; }

    /// <summary><c>disabled</c> (default) refuses what does not fit the model's context; <c>auto</c> leaves out the oldest turns until the rest fits.</summary>
    [Words("auto", "disabled")]
    public string? Truncation { get; init; }

    /// <summary>What else the response is to hold: <c>message.output_text.logprobs</c> and <c>reasoning.encrypted_content</c>, which is always null.</summary>
    [EntryCount(0, 16)]
    public IReadOnlyList<string?>? Include { get; init; }

    /// <summary>0 to 20: how many alternatives to list for each token. More than 0 includes log-probabilities.</summary>
    [NumberRange(0, 20)]
    public int? TopLogprobs { get; init; }

    /// <summary>The caller's own name for its user. Told back, not used.</summary>
    [TextLength(0, 512)]
    public string? User { get; init; }

    /// <summary>The caller's own sign for its user. Told back, not used.</summary>
    [TextLength(0, 64)]
    public string? SafetyIdentifier { get; init; }

    /// <summary>The caller's sign for requests that begin alike. Told back, not used: equal beginnings are found without it.</summary>
    [TextLength(0, 512)]
    public string? PromptCacheKey { get; init; }

    /// <summary>Only <c>in_memory</c>: how long beginnings are kept is the cache's affair.</summary>
    [Words("in_memory", "in-memory", OthersAreUnsupported = "beginnings are kept in memory while there is room; only 'in_memory' is done")]
    public string? PromptCacheRetention { get; init; }

    /// <summary><c>auto</c> or <c>default</c>: there is one tier.</summary>
    [Words("auto", "default", OthersAreUnsupported = "there is one tier: 'auto' or 'default'")]
    public string? ServiceTier { get; init; }

    /// <summary>A prompt kept with OpenAI; refused.</summary>
    public JsonElement? Prompt { get; init; }
}

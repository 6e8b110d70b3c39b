using System.Text.Json;
using Ingot.Protocol.Bounds;
using Ingot.Protocol.Sampling;

namespace Ingot.Protocol.Chat;

/// <summary>
/// <c>POST /v1/chat/completions</c>: OpenAI's fields, Foundry Local's additions, and the sampling fields common to local servers.
/// A field that is absent or null leaves the choice to the model's own defaults. The server refuses what breaks a bound.
/// </summary>
public sealed record ChatCompletionRequest : ISamplingFields, IModelRequest
{
    /// <summary>A model's alias, name, or <c>name:version</c>. Needed.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>The conversation so far, oldest first. Needed, at least one.</summary>
    [EntryCount(1, Limit = WireLimit.Messages)]
    public IReadOnlyList<ChatMessage?>? Messages { get; init; }

    /// <summary>0 to 2; 0 always takes the most likely token.</summary>
    public float? Temperature { get; init; }

    /// <summary>0 (exclusive) to 1: keep the smallest set of tokens with this much probability.</summary>
    public float? TopP { get; init; }

    /// <summary>At least 0: keep this many of the most likely tokens; 0 keeps all.</summary>
    public int? TopK { get; init; }

    /// <summary>0 to 1: drop tokens less likely than this share of the most likely one's probability.</summary>
    public float? MinP { get; init; }

    /// <summary>How many answers to give, 1 or more; default 1.</summary>
    [NumberRange(1, Limit = WireLimit.Choices)]
    public int? N { get; init; }

    /// <summary>True for server-sent events; default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>Only with <see cref="Stream"/>.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>A few texts at which to stop (four unless configured otherwise); they are not part of the answer.</summary>
    [EntryCount(0, Limit = WireLimit.Stops)]
    [TextLength(1)]
    public StopSequences? Stop { get; init; }

    /// <summary>At least 1: the most tokens to generate. Superseded by <see cref="MaxCompletionTokens"/>.</summary>
    [NumberRange(1)]
    public int? MaxTokens { get; init; }

    /// <summary>At least 1: the most tokens to generate; absent leaves the rest of the context.</summary>
    [NumberRange(1)]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Foundry Local's spelling of <see cref="MaxCompletionTokens"/>.</summary>
    [NumberRange(1)]
    public int? MaxCompletionToken { get; init; }

    /// <summary>-2 to 2: subtracted once from every token already generated.</summary>
    public float? PresencePenalty { get; init; }

    /// <summary>-2 to 2: subtracted from a token for each time it was generated.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Above 0: divides the likelihood of tokens already seen; 1 is off.</summary>
    public float? RepetitionPenalty { get; init; }

    /// <summary>Token id to a number from -100 to 100 added to its logit.</summary>
    public IReadOnlyDictionary<string, float>? LogitBias { get; init; }

    /// <summary>True to return each token's log-probability; default false.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>0 to 20, only with <see cref="Logprobs"/>: how many alternatives to list for each token.</summary>
    [NumberRange(0, 20)]
    public int? TopLogprobs { get; init; }

    /// <summary>Makes sampling repeatable.</summary>
    public long? Seed { get; init; }

    /// <summary>Foundry Local's name for <see cref="Seed"/>.</summary>
    public long? RandomSeed { get; init; }

    /// <summary>The caller's own name for its user. Not used.</summary>
    public string? User { get; init; }

    /// <summary>The caller's own notes. <c>top_k</c> and <c>random_seed</c> in it are read, as Foundry Local's SDK sends them so.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The functions the model may call.</summary>
    [EntryCount(0, 128)]
    public IReadOnlyList<Tool?>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or an object naming one function.</summary>
    public JsonElement? ToolChoice { get; init; }

    /// <summary>False allows at most one call an answer; default true.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>The older form of <see cref="Tools"/>.</summary>
    [EntryCount(0, 128)]
    public IReadOnlyList<FunctionDefinition?>? Functions { get; init; }

    /// <summary>The older form of <see cref="ToolChoice"/>.</summary>
    public JsonElement? FunctionCall { get; init; }

    /// <summary>What form the answer must have; absent means text.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>The execution provider to run on; only <c>cpu</c> is built in.</summary>
    public string? Ep { get; init; }

    /// <summary>Seconds to keep the model loaded after its last request, 0 or more, from this request on; absent changes nothing.</summary>
    [NumberRange(0)]
    public int? Ttl { get; init; }

    /// <summary><c>auto</c> or <c>default</c>: there is one tier.</summary>
    [Words("auto", "default", OthersAreUnsupported = "there is one tier: 'auto' or 'default'")]
    public string? ServiceTier { get; init; }

    /// <summary>Whether the answer is kept for later requests; default false.</summary>
    public bool? Store { get; init; }

    /// <summary>What most of the answer is expected to be, as when a text is edited. It comes the faster the more of it is right, and is the same without.</summary>
    public PredictedOutput? Prediction { get; init; }

    /// <summary><c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>xhigh</c>: how much to think, for models whose template has a switch.</summary>
    [Words("none", "minimal", "low", "medium", "high", "xhigh")]
    public string? ReasoningEffort { get; init; }
}

/// <summary>Options of a streamed answer.</summary>
public sealed record StreamOptions
{
    /// <summary>True to end with a chunk that carries the token counts; default false.</summary>
    public bool? IncludeUsage { get; init; }

    /// <summary>OpenAI's padding against traffic analysis; accepted when false.</summary>
    public bool? IncludeObfuscation { get; init; }
}

/// <summary>What an answer is expected to be.</summary>
public sealed record PredictedOutput
{
    /// <summary><c>content</c>. Needed.</summary>
    [Words("content")]
    public string? Type { get; init; }

    /// <summary>The text, or its parts. Needed.</summary>
    public MessageContent? Content { get; init; }
}

/// <summary>What form an answer must have.</summary>
public sealed record ResponseFormat
{
    /// <summary><c>text</c>, <c>json_object</c>, <c>json_schema</c> or <c>lark_grammar</c>.</summary>
    [Words("text", "json_object", "json_schema", "lark_grammar")]
    public string? Type { get; init; }

    /// <summary>For <c>json_schema</c>: name, schema and strictness.</summary>
    public JsonElement? JsonSchema { get; init; }

    /// <summary>For <c>lark_grammar</c>: the grammar's text.</summary>
    public string? LarkGrammar { get; init; }
}

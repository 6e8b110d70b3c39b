using System.Text.Json;

namespace Ingot.Service.Chat;

/// <summary>One request for the next message of a conversation, in Ingot's own terms.</summary>
public sealed record ChatTurn
{
    /// <summary>The model's alias, name or id.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation so far, oldest first; 1 to <see cref="IngotOptions.MaxMessages"/>.</summary>
    public required IReadOnlyList<TurnMessage> Messages { get; init; }

    /// <summary>Functions the model may call; default none.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Whether the model may, must or must not call one of <see cref="Tools"/>. Default: it may.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>Whether one answer may make several calls; false ends it after its first. Default true.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The form of the answer. Default: free text.</summary>
    public ChatResponseFormat ResponseFormat { get; init; } = ChatResponseFormat.Text;

    /// <summary>How tokens are drawn; what is absent is the model's own default.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>The most tokens of an answer, 1 or more; absent means what the context leaves.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts that end the answer and are not part of it: at most <see cref="IngotOptions.MaxStops"/>, none empty. Default none.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>What the answer is expected to resemble: it comes faster where that is right, and is the same anyway. Absent (default): nothing.</summary>
    public string? Prediction { get; init; }

    /// <summary>How many answers to make, 1 to <see cref="IngotOptions.MaxChoices"/>. Default 1.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Absent (default): no log-probabilities. 0 to 20: each token's own and those of that many most likely ones.</summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>
    /// How much to think before answering; refused for a model whose chat template has no switch for it. Absent: the template's own default.
    /// </summary>
    public ReasoningEffort? ReasoningEffort { get; init; }

    /// <summary>How long the model stays in memory after its last use, from now on; absent leaves what holds already.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>What is to compute the model, in any spelling; null (default) where that is all the same.</summary>
    public string? ExecutionProvider { get; init; }

    /// <summary>
    /// On whose behalf it is asked, by a name that stays the same: what the model keeps of a prompt, of an answer and of a schema then helps this
    /// caller's next turns alone (<see cref="IngotOptions.SharedPrefixCache"/>). Absent (default): nobody in particular, who shares with all such.
    /// </summary>
    public string? Caller { get; init; }

    /// <summary>Further variables for the model's chat template, such as <c>enable_thinking</c>. Default none.</summary>
    public IReadOnlyDictionary<string, JsonElement> TemplateVariables { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>How much a model thinks before it answers.</summary>
public enum ReasoningEffort
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As little as it can.</summary>
    Minimal,

    /// <summary>A little.</summary>
    Low,

    /// <summary>As usual.</summary>
    Medium,

    /// <summary>Much.</summary>
    High,

    /// <summary>As much as it can.</summary>
    XHigh,
}

/// <summary>Who says a message.</summary>
public enum TurnRole
{
    /// <summary>Instructions to the model.</summary>
    System,

    /// <summary>Instructions to the model; for templates that do not know the role, the same as <see cref="System"/>.</summary>
    Developer,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The outcome of a function the model called.</summary>
    Tool,
}

/// <summary>One message of a conversation.</summary>
public sealed record TurnMessage
{
    /// <summary>Who says it.</summary>
    public required TurnRole Role { get; init; }

    /// <summary>What is said; absent only where <see cref="ToolCalls"/> say it all.</summary>
    public string? Text { get; init; }

    /// <summary>Name of the speaker or the function, for templates that show it.</summary>
    public string? Name { get; init; }

    /// <summary>Functions the assistant called in this message; default none.</summary>
    public IReadOnlyList<TurnToolCall> ToolCalls { get; init; } = [];

    /// <summary>In a tool message, the id of the call it answers, which the last assistant message made; absent in OpenAI's older form.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>What the assistant thought before it answered, for templates that show it.</summary>
    public string? Reasoning { get; init; }
}

/// <summary>A function call the assistant made.</summary>
/// <param name="Id">
/// Unique within its message: for each call there must be a tool message, after this one and before any other, with its id. <see cref="NoId"/> for none.
/// </param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Its arguments, JSON text as the model wrote it.</param>
public sealed record TurnToolCall(string Id, string Name, string Arguments)
{
    /// <summary>The id of a call that was made without one, in OpenAI's older form: a tool message without id may answer it.</summary>
    public const string NoId = "call_function";
}

/// <summary>How tokens are drawn. Null means the model's own default.</summary>
public sealed record SamplingSettings
{
    /// <summary>0 (always the most likely token) to 2.</summary>
    public float? Temperature { get; init; }

    /// <summary>0 to 1: only the most likely tokens that together have this probability.</summary>
    public float? TopP { get; init; }

    /// <summary>Only this many most likely tokens; 0 means all.</summary>
    public int? TopK { get; init; }

    /// <summary>0 to 1: only tokens with at least this share of the most likely one's probability.</summary>
    public float? MinP { get; init; }

    /// <summary>Above 0; above 1 makes tokens of the text so far less likely.</summary>
    public float? RepetitionPenalty { get; init; }

    /// <summary>-2 to 2; above 0 makes tokens of the answer so far less likely.</summary>
    public float? PresencePenalty { get; init; }

    /// <summary>-2 to 2; as <see cref="PresencePenalty"/>, once for each time a token was used.</summary>
    public float? FrequencyPenalty { get; init; }

    /// <summary>Equal seeds draw equal answers; choice n of several uses the seed plus n.</summary>
    public long? Seed { get; init; }

    /// <summary>Token id to -100..100, added to that token's logit.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }
}

using System.Text.Json.Serialization;

namespace Ingot.Protocol.Chat;

/// <summary>A whole answer (<c>stream: false</c>).</summary>
/// <param name="Id"><c>chatcmpl-…</c>.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The id of the model that answered.</param>
/// <param name="Choices">The answers, by index.</param>
/// <param name="Usage">Token counts over all choices.</param>
public sealed record ChatCompletion(
    [property: JsonPropertyOrder(-2)] string Id,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    Usage Usage)
{
    /// <summary>Always <c>chat.completion</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "chat.completion";

    /// <summary>Which build on which kind of machine answered: while it stays the same, equal seeds give equal answers.</summary>
    public string? SystemFingerprint { get; init; }

    /// <summary>Always <c>default</c>; absent unless the request named a tier.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>The caller's own notes; absent unless the answer is kept.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>One of an answer's choices.</summary>
/// <param name="Index">0 to <c>n</c> - 1.</param>
/// <param name="Message">What the assistant says.</param>
/// <param name="Logprobs">Null unless asked for.</param>
/// <param name="FinishReason"><c>stop</c>, <c>length</c>, <c>tool_calls</c>, or <c>function_call</c> where the request declared <c>functions</c>.</param>
public sealed record ChatChoice(
    int Index,
    AssistantMessage Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ChoiceLogprobs? Logprobs,
    string FinishReason);

/// <summary>What the assistant says.</summary>
/// <param name="Content">The text; null when the answer is only tool calls.</param>
public sealed record AssistantMessage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content)
{
    /// <summary>Always <c>assistant</c>.</summary>
    public string Role { get; init; } = "assistant";

    /// <summary>Always null: local models do not refuse through a channel of their own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Refusal { get; init; }

    /// <summary>What a reasoning model thought first; absent when nothing.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>The functions to call; absent when none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>The function to call, where the request declared <c>functions</c>; absent when none.</summary>
    public FunctionCall? FunctionCall { get; init; }
}

/// <summary>Token counts.</summary>
/// <param name="PromptTokens">Tokens of the prompt, counted once.</param>
/// <param name="CompletionTokens">Tokens generated, over all choices.</param>
/// <param name="TotalTokens">The sum.</param>
/// <param name="PromptTokensDetails">How many prompt tokens were not computed again.</param>
/// <param name="CompletionTokensDetails">How many generated tokens were reasoning, and how many had been predicted.</param>
public sealed record Usage(
    int PromptTokens,
    int CompletionTokens,
    int TotalTokens,
    PromptTokensDetails PromptTokensDetails,
    CompletionTokensDetails CompletionTokensDetails);

/// <summary>Part of <see cref="Usage"/>.</summary>
/// <param name="CachedTokens">Prompt tokens found in the key-value cache.</param>
public sealed record PromptTokensDetails(int CachedTokens);

/// <summary>Part of <see cref="Usage"/>.</summary>
/// <param name="ReasoningTokens">Generated tokens that were reasoning.</param>
/// <param name="AcceptedPredictionTokens">Generated tokens that had been guessed and computed ahead, from the prediction or from the text so far; absent unless the request had a prediction.</param>
/// <param name="RejectedPredictionTokens">Tokens guessed and computed in vain, no part of the completion's tokens; absent unless the request had a prediction.</param>
public sealed record CompletionTokensDetails(int ReasoningTokens, int? AcceptedPredictionTokens = null, int? RejectedPredictionTokens = null);

/// <summary>Log-probabilities of a choice's tokens.</summary>
/// <param name="Content">One entry a token.</param>
public sealed record ChoiceLogprobs(IReadOnlyList<TokenLogprob> Content)
{
    /// <summary>Always null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<TokenLogprob>? Refusal { get; init; }
}

/// <summary>A token and how likely it was.</summary>
/// <param name="Token">The token's text; U+FFFD where it is only part of a character.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">The token's bytes.</param>
/// <param name="TopLogprobs">The most likely tokens at this place, best first; absent within a list of alternatives.</param>
public sealed record TokenLogprob(
    string Token,
    float Logprob,
    IReadOnlyList<int> Bytes,
    IReadOnlyList<TokenLogprob>? TopLogprobs);

using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>The wire's words for why an answer ended.</summary>
internal static class WireFinish
{
    /// <summary>Maps a reason; a call has a word of its own in the older form.</summary>
    public static string From(ChatFinish reason, bool olderCalls = false) => reason switch
    {
        ChatFinish.Stop => "stop",
        ChatFinish.Length => "length",
        ChatFinish.ToolCalls => olderCalls ? "function_call" : "tool_calls",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "has no wire form"),
    };
}

/// <summary>The wire's form of a call the model made.</summary>
internal static class WireToolCall
{
    /// <summary>Maps a call or a piece of one; streams number them, whole answers do not.</summary>
    public static ToolCall From(ToolCallDelta call, bool withIndex) => new()
    {
        Index = withIndex ? call.Index : null,
        Id = call.Id,
        Type = call.Id is null ? null : "function",
        Function = OlderFrom(call),
    };

    /// <summary>Maps a call to the older form, which has neither id nor number.</summary>
    public static FunctionCall OlderFrom(ToolCallDelta call) => new() { Name = call.Name, Arguments = call.Arguments };
}

/// <summary>The wire's form of token counts.</summary>
internal static class WireUsage
{
    /// <summary>Maps the counts.</summary>
    public static Usage From(UsageUpdate update, bool countsPrediction = false) => new(
        update.Usage.PromptTokens,
        update.Usage.CompletionTokens,
        update.Usage.PromptTokens + update.Usage.CompletionTokens,
        new PromptTokensDetails(update.Usage.CachedTokens),
        new CompletionTokensDetails(
            update.ReasoningTokens,
            countsPrediction ? update.Usage.AcceptedDrafts : null,
            countsPrediction ? update.Usage.RefusedDrafts : null));
}

/// <summary>The wire's form of how likely tokens were.</summary>
internal static class WireLogprobs
{
    /// <summary>Maps a stretch of tokens; null stays null.</summary>
    public static ChoiceLogprobs? From(IReadOnlyList<TokenProbability>? tokens) =>
        tokens is null ? null : new ChoiceLogprobs([.. tokens.Select(token => ToWire(token, [.. token.Top.Select(top => ToWire(top, null))]))]);

    private static TokenLogprob ToWire(TokenProbability token, IReadOnlyList<TokenLogprob>? top) =>
        new(token.Text, token.LogProbability ?? 0, [.. token.Bytes.ToArray().Select(value => (int)value)], top);
}

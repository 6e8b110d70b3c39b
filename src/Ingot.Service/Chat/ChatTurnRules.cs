using Ingot.Errors;
using Ingot.Service.Chat.Constraints;

namespace Ingot.Service.Chat;

/// <summary>What a turn must be, whoever made it, and what this build refuses rather than ignores.</summary>
internal static class ChatTurnRules
{
    private const int MaxTopLogProbabilities = 20;
    private const int MaxNameLength = 128;

    internal static void Check(ChatTurn turn, IngotOptions options)
    {
        if (turn.Messages.Count == 0)
            throw Refusal(ErrorCode.MissingRequiredParameter, "messages", "should hold at least one message");
        if (turn.Messages.Count > options.MaxMessages)
            throw Refusal(ErrorCode.InvalidValue, "messages", $"should hold at most {options.MaxMessages} messages");
        ToolAnswerRules.Check(turn.Messages);
        if (turn.MaxTokens < 1)
            throw Refusal(ErrorCode.InvalidValue, "max_tokens", "should be 1 or more");
        if (turn.Choices < 1 || turn.Choices > options.MaxChoices)
            throw Refusal(ErrorCode.InvalidValue, "n", $"should be 1 to {options.MaxChoices}");
        if (turn.Stop.Count > options.MaxStops || turn.Stop.Any(string.IsNullOrEmpty))
            throw Refusal(ErrorCode.InvalidValue, "stop", $"should hold at most {options.MaxStops} texts, none empty");
        if (turn.TimeToLive < TimeSpan.Zero)
            throw Refusal(ErrorCode.InvalidValue, "ttl", "should not be negative");
        if (turn.TopLogProbabilities is < 0 or > MaxTopLogProbabilities)
            throw Refusal(ErrorCode.InvalidValue, "top_logprobs", $"should be 0 to {MaxTopLogProbabilities}");
        foreach (var tool in turn.Tools)
            CheckName(tool);
        if (turn.ToolChoice.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named && AnswerCalls.Callable(turn).Count == 0)
            throw Refusal(ErrorCode.InvalidValue, "tool_choice", "should name functions that are given");
    }

    // In some models' calls nothing but another character ends a name.
    private static void CheckName(ToolDefinition tool)
    {
        if (tool.Name.Length is > 0 and <= MaxNameLength && tool.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            return;
        var field = tool.Field is { } parameters ? parameters.Replace(".parameters", ".name", StringComparison.Ordinal) : "tools";
        throw Refusal(ErrorCode.InvalidValue, field, $"should be 1 to {MaxNameLength} letters, digits, underscores, hyphens and dots");
    }

    private static IngotException Refusal(ErrorCode code, string field, string rule) => new(code, $"'{field}' {rule}.", field);
}

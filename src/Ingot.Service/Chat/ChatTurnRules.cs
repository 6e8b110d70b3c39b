using Ingot.Errors;

namespace Ingot.Service.Chat;

/// <summary>What a turn must be, whoever made it, and what this build refuses rather than ignores.</summary>
internal static class ChatTurnRules
{
    private const int MaxStops = 4;
    private const int MaxChoices = 128;
    private const int MaxTopLogProbabilities = 20;

    internal static void Check(ChatTurn turn)
    {
        if (turn.Messages.Count == 0)
            throw Refusal(ErrorCode.MissingRequiredParameter, "messages", "should hold at least one message");
        if (turn.MaxTokens < 1)
            throw Refusal(ErrorCode.InvalidValue, "max_tokens", "should be 1 or more");
        if (turn.Choices is < 1 or > MaxChoices)
            throw Refusal(ErrorCode.InvalidValue, "n", $"should be 1 to {MaxChoices}");
        if (turn.Stop.Count > MaxStops || turn.Stop.Any(string.IsNullOrEmpty))
            throw Refusal(ErrorCode.InvalidValue, "stop", $"should hold at most {MaxStops} texts, none empty");
        if (turn.TopLogProbabilities is < 0 or > MaxTopLogProbabilities)
            throw Refusal(ErrorCode.InvalidValue, "top_logprobs", $"should be 0 to {MaxTopLogProbabilities}");
        if (turn.ToolChoice.Kind is ToolChoiceKind.Required or ToolChoiceKind.Named)
            throw Refusal(ErrorCode.UnsupportedValue, "tool_choice", "can be auto or none; this build does not force a call");
        if (turn.ResponseFormat != ChatResponseFormat.Text)
            throw Refusal(ErrorCode.UnsupportedValue, "response_format", "can be text; this build does not force a form on the answer");
    }

    private static IngotException Refusal(ErrorCode code, string field, string rule) => new(code, $"'{field}' {rule}.", field);
}

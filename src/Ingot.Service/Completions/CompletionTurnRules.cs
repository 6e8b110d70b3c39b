using Ingot.Errors;

namespace Ingot.Service.Completions;

/// <summary>What a turn must be, whoever made it, and what this build refuses rather than ignores.</summary>
internal static class CompletionTurnRules
{
    private const int MaxTopLogProbabilities = 20;

    internal static void Check(CompletionTurn turn, IngotOptions options)
    {
        // More than a model's queue takes could never be made.
        var maxAnswers = options.MaxSequences + options.QueueCapacity;
        if (turn.Prompts.Count == 0)
            throw Refusal(ErrorCode.MissingRequiredParameter, "prompt", "should hold at least one prompt");
        if (turn.Choices < 1 || turn.Choices > options.MaxChoices)
            throw Refusal(ErrorCode.InvalidValue, "n", $"should be 1 to {options.MaxChoices}");
        if (turn.BestOf < turn.Choices || turn.BestOf > options.MaxChoices)
            throw Refusal(ErrorCode.InvalidValue, "best_of", $"should be 'n' to {options.MaxChoices}");
        if ((long)turn.Prompts.Count * (turn.BestOf ?? turn.Choices) > maxAnswers)
            throw Refusal(ErrorCode.InvalidValue, "prompt", $"times {(turn.BestOf is null ? "'n'" : "'best_of'")} asks for more than the {maxAnswers} answers that this service makes at once");
        if (turn.MaxTokens < 0)
            throw Refusal(ErrorCode.InvalidValue, "max_tokens", "should be 0 or more");
        if (turn.Stop.Count > options.MaxStops || turn.Stop.Any(string.IsNullOrEmpty))
            throw Refusal(ErrorCode.InvalidValue, "stop", $"should hold at most {options.MaxStops} texts, none empty");
        if (turn.TimeToLive < TimeSpan.Zero)
            throw Refusal(ErrorCode.InvalidValue, "ttl", "should not be negative");
        if (turn.TopLogProbabilities is < 0 or > MaxTopLogProbabilities)
            throw Refusal(ErrorCode.InvalidValue, "logprobs", $"should be 0 to {MaxTopLogProbabilities}");
        if (turn is { Echo: true, TopLogProbabilities: not null, Suffix.Length: > 0 })
            throw Refusal(ErrorCode.UnsupportedValue, "suffix", "cannot be used with 'echo' and 'logprobs' together: the model reads the prompt in another order than the text has");
        if (!string.IsNullOrEmpty(turn.Suffix) && turn.Prompts.Any(prompt => prompt is CompletionPrompt.OfTokens))
            throw Refusal(ErrorCode.UnsupportedValue, "suffix", "can only be used with prompts that are text");
    }

    internal static IngotException Refusal(ErrorCode code, string field, string rule) => new(code, $"'{field}' {rule}.", field);
}

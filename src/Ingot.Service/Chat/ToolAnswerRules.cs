using Ingot.Errors;

namespace Ingot.Service.Chat;

/// <summary>
/// Every call an assistant message made has its answer right after it, and no tool message answers anything else: chat templates
/// show calls and answers as they stand, and a model takes a loose end for the way it should go on. What has no id
/// (<see cref="TurnToolCall.NoId"/>, or a tool message without any) is of the older form, and there is nothing to check.
/// </summary>
internal static class ToolAnswerRules
{
    /// <summary>Checks a conversation.</summary>
    /// <exception cref="IngotException">A call without an answer, an answer without a call, or two of the same id.</exception>
    internal static void Check(IReadOnlyList<TurnMessage> messages)
    {
        var asking = -1;
        var answers = new Dictionary<string, int?>(StringComparer.Ordinal);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is { Role: TurnRole.Tool, ToolCallId: { } id })
            {
                Answer(id, i, asking, answers);
                continue;
            }

            RefuseUnanswered(asking, answers);
            Ask(messages[i].ToolCalls, i, answers);
            asking = answers.Count > 0 ? i : -1;
        }

        RefuseUnanswered(asking, answers);
    }

    private static void Ask(IReadOnlyList<TurnToolCall> calls, int message, Dictionary<string, int?> answers)
    {
        answers.Clear();
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i].Id != TurnToolCall.NoId && !answers.TryAdd(calls[i].Id, null))
                throw Invalid($"messages[{message}].tool_calls[{i}].id", $"is '{calls[i].Id}', as that of another call of this message");
        }
    }

    private static void Answer(string id, int message, int asking, Dictionary<string, int?> answers)
    {
        if (asking < 0)
            throw Invalid($"messages[{message}].role", "can only be 'tool' after an assistant message with 'tool_calls', which it answers");
        var param = $"messages[{message}].tool_call_id";
        if (!answers.TryGetValue(id, out var answer))
            throw Invalid(param, $"is '{id}', which is none of the calls of 'messages[{asking}].tool_calls'");
        if (answer is { } earlier)
            throw Invalid(param, $"is '{id}', which 'messages[{earlier}]' answers already");
        answers[id] = message;
    }

    private static void RefuseUnanswered(int asking, Dictionary<string, int?> answers)
    {
        if (asking >= 0 && answers.FirstOrDefault(call => call.Value is null) is { Key: { } id })
            throw Invalid($"messages[{asking}].tool_calls", $"must be followed by a tool message for each call; the call '{id}' has none");
    }

    private static IngotException Invalid(string param, string rule) => new(ErrorCode.InvalidValue, $"Invalid value for '{param}': it {rule}.", param);
}

using Ingot.Errors;
using Ingot.Protocol.Chat;

namespace Ingot.Server.Mapping;

/// <summary>
/// Every call an assistant message made has its answer right after it, and no tool message answers anything else: chat templates
/// show calls and answers as they stand, and a model takes a loose end for the way it should go on. The older form has no ids to
/// check.
/// </summary>
internal static class ToolAnswerRules
{
    /// <summary>Checks a conversation whose messages have been checked one by one.</summary>
    /// <exception cref="IngotException">A call without an answer, an answer without a call, or two of the same id.</exception>
    public static void Check(IReadOnlyList<ChatMessage?> messages)
    {
        int asking = -1;
        var answers = new Dictionary<string, int?>(StringComparer.Ordinal);
        for (int i = 0; i < messages.Count; i++)
        {
            ChatMessage message = messages[i]!;
            if (message.Role == "tool")
            {
                Answer(message.ToolCallId!, i, asking, answers);
                continue;
            }

            RefuseUnanswered(asking, answers);
            asking = message.ToolCalls is { Count: > 0 } ? i : -1;
            Ask(message.ToolCalls ?? [], i, answers);
        }

        RefuseUnanswered(asking, answers);
    }

    private static void Ask(IReadOnlyList<ToolCall?> calls, int message, Dictionary<string, int?> answers)
    {
        answers.Clear();
        for (int i = 0; i < calls.Count; i++)
        {
            if (!answers.TryAdd(calls[i]!.Id!, null))
                throw ChatMapper.Invalid($"messages[{message}].tool_calls[{i}].id", $"is '{calls[i]!.Id}', as that of another call of this message");
        }
    }

    private static void Answer(string id, int message, int asking, Dictionary<string, int?> answers)
    {
        if (asking < 0)
            throw ChatMapper.Invalid($"messages[{message}].role", "can only be 'tool' after an assistant message with 'tool_calls', which it answers");
        string param = $"messages[{message}].tool_call_id";
        if (!answers.TryGetValue(id, out int? answer))
            throw ChatMapper.Invalid(param, $"is '{id}', which is none of the calls of 'messages[{asking}].tool_calls'");
        if (answer is { } earlier)
            throw ChatMapper.Invalid(param, $"is '{id}', which 'messages[{earlier}]' answers already");
        answers[id] = message;
    }

    private static void RefuseUnanswered(int asking, Dictionary<string, int?> answers)
    {
        if (asking >= 0 && answers.FirstOrDefault(call => call.Value is null) is { Key: { } id })
            throw ChatMapper.Invalid($"messages[{asking}].tool_calls", $"must be followed by a tool message for each call; the call '{id}' has none");
    }
}

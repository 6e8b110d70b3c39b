using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns a program's messages into those of a turn.</summary>
internal static class MessageMapper
{
    /// <summary>Maps them in order.</summary>
    /// <exception cref="FoundryLocalException">There is none, or one cannot be read; the message says which.</exception>
    public static IReadOnlyList<TurnMessage> ToMessages(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        TurnMessage[] mapped = [.. messages.Select((message, index) => ToMessage(message, $"messages[{index}]"))];
        return mapped.Length > 0 ? mapped : throw new FoundryLocalException("A chat needs at least one message.");
    }

    private static TurnMessage ToMessage(ChatMessage? message, string path)
    {
        if (message is null)
            throw new FoundryLocalException($"{path} is null.");

        TurnToolCall[] calls = ToCalls(message, path);
        string? text = ToText(message, path);
        if (text is null && calls.Length == 0)
            throw new FoundryLocalException($"{path} has neither content nor tool calls.");
        return new TurnMessage
        {
            Role = ToRole(message.Role, path),
            Text = text,
            Name = message.Name,
            ToolCallId = message.ToolCallId,
            ToolCalls = calls,
            Reasoning = message.ReasoningContent,
        };
    }

    private static TurnRole ToRole(string role, string path) => role switch
    {
        "system" => TurnRole.System,
        "developer" => TurnRole.Developer,
        "user" => TurnRole.User,
        "assistant" => TurnRole.Assistant,
        "tool" or "function" => TurnRole.Tool,
        _ => throw new FoundryLocalException($"{path} has the unknown role '{role}'; it must be system, developer, user, assistant or tool."),
    };

    private static string? ToText(ChatMessage message, string path)
    {
        if (message.Contents is not { } parts)
            return message.Content;
        if (message.Content is not null)
            throw new FoundryLocalException($"{path} has both Content and Contents; set one of them.");
        return string.Concat(parts.Select((part, index) => part is { Type: "text", Text: { } text }
            ? text
            : throw new FoundryLocalException($"{path}.contents[{index}] is of type '{part?.Type}'; models here read text only.")));
    }

    private static TurnToolCall[] ToCalls(ChatMessage message, string path)
    {
        if (message.ToolCalls is { Count: > 0 } calls)
            return [.. calls.Select((call, index) => ToCall(call.Id, call.FunctionCall, $"{path}.tool_calls[{index}]"))];
        return message.FunctionCall is { } older ? [ToCall(TurnToolCall.NoId, older, $"{path}.function_call")] : [];
    }

    private static TurnToolCall ToCall(string? id, FunctionCall? function, string path) => new(
        id ?? throw new FoundryLocalException($"{path} has no id."),
        function?.Name ?? throw new FoundryLocalException($"{path} has no function name."),
        function.Arguments ?? "{}");
}

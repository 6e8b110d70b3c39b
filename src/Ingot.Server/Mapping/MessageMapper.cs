using System.Text;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps a request's messages.</summary>
internal static class MessageMapper
{
    /// <summary>Maps them in order.</summary>
    public static IReadOnlyList<TurnMessage> ToMessages(IReadOnlyList<ChatMessage>? messages)
    {
        if (messages is null)
            throw ChatMapper.Missing("messages");
        if (messages.Count == 0)
            throw ChatMapper.Invalid("messages", "must hold at least one message");
        return [.. messages.Select((message, index) => ToMessage(message, $"messages[{index}]"))];
    }

    private static TurnMessage ToMessage(ChatMessage? message, string path)
    {
        if (message is null)
            throw ChatMapper.Invalid(path, "must be an object");

        TurnRole role = ToRole(message.Role, path);
        IReadOnlyList<TurnToolCall> calls = ToCalls(message, path);
        if (calls.Count > 0 && role != TurnRole.Assistant)
            throw ChatMapper.Invalid($"{path}.tool_calls", "is only allowed in an assistant message");
        if (message.Content is null && calls.Count == 0 && message.Refusal is null)
            throw ChatMapper.Missing($"{path}.content");
        if (message.Role == "tool" && string.IsNullOrEmpty(message.ToolCallId))
            throw ChatMapper.Missing($"{path}.tool_call_id");
        if (message.Audio is { ValueKind: not System.Text.Json.JsonValueKind.Null })
            throw ChatMapper.Unsupported($"{path}.audio", "sound is not done by this service");

        return new TurnMessage
        {
            Role = role,
            Text = ToText(message.Content, path) ?? message.Refusal,
            Name = message.Name,
            ToolCalls = calls,
            ToolCallId = message.ToolCallId,
            Reasoning = message.ReasoningContent,
        };
    }

    private static TurnRole ToRole(string? role, string path) => role switch
    {
        "system" => TurnRole.System,
        "developer" => TurnRole.Developer,
        "user" => TurnRole.User,
        "assistant" => TurnRole.Assistant,
        "tool" or "function" => TurnRole.Tool,
        null => throw ChatMapper.Missing($"{path}.role"),
        _ => throw ChatMapper.Invalid($"{path}.role", "must be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'"),
    };

    private static string? ToText(MessageContent? content, string path)
    {
        if (content is null)
            return null;

        var text = new StringBuilder();
        for (int i = 0; i < content.Parts.Count; i++)
        {
            ContentPart part = content.Parts[i];
            string at = $"{path}.content[{i}]";
            text.Append(part.Type switch
            {
                "text" => part.Text ?? throw ChatMapper.Missing($"{at}.text"),
                "refusal" => part.Refusal ?? throw ChatMapper.Missing($"{at}.refusal"),
                null => throw ChatMapper.Missing($"{at}.type"),
                "image_url" or "input_audio" or "file" =>
                    throw ChatMapper.Unsupported($"{at}.type", $"parts of type '{part.Type}' are not done by this service"),
                _ => throw ChatMapper.Invalid($"{at}.type", "must be 'text' or 'refusal'"),
            });
        }

        return text.ToString();
    }

    private static IReadOnlyList<TurnToolCall> ToCalls(ChatMessage message, string path)
    {
        if (message.FunctionCall is { } old)
            return [ToCall(new ToolCall { Id = "call_function", Type = "function", Function = old }, $"{path}.function_call")];
        if (message.ToolCalls is not { } calls)
            return [];
        return [.. calls.Select((call, index) => ToCall(call, $"{path}.tool_calls[{index}]"))];
    }

    private static TurnToolCall ToCall(ToolCall call, string path)
    {
        if (call.Type is not (null or "function"))
            throw ChatMapper.Unsupported($"{path}.type", $"tools of type '{call.Type}' are not done; 'function' is");
        return new TurnToolCall(
            call.Id ?? throw ChatMapper.Missing($"{path}.id"),
            call.Function?.Name ?? throw ChatMapper.Missing($"{path}.function.name"),
            call.Function.Arguments ?? "{}");
    }
}

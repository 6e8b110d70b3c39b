using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Maps a request's messages.</summary>
internal static class MessageMapper
{
    /// <summary>Maps them in order.</summary>
    public static IReadOnlyList<TurnMessage> ToMessages(IReadOnlyList<ChatMessage?>? messages)
    {
        if (messages is null)
            throw ChatMapper.Missing("messages");
        return [.. messages.Select((message, index) => ToMessage(message, $"messages[{index}]"))];
    }

    private static TurnMessage ToMessage(ChatMessage? message, string path)
    {
        if (message is null)
            throw ChatMapper.Invalid(path, "must be an object");

        TurnRole role = ToRole(message.Role, path);
        CheckFields(message, role, path);
        IReadOnlyList<TurnToolCall> calls = ToCalls(message, path);
        if (message.Content is null && calls.Count == 0 && message.Refusal is null)
            throw ChatMapper.Missing($"{path}.content");

        return new TurnMessage
        {
            Role = role,
            Text = ToText(message.Content, role, path) ?? message.Refusal,
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
        _ => throw ChatMapper.Unreachable($"{path}.role", role),
    };

    private static void CheckFields(ChatMessage message, TurnRole role, string path)
    {
        if (role != TurnRole.Assistant)
        {
            Refuse("tool_calls", message.ToolCalls is { Count: > 0 }, "an assistant message");
            Refuse("function_call", message.FunctionCall is not null, "an assistant message");
            Refuse("refusal", message.Refusal is not null, "an assistant message");
            Refuse("reasoning_content", message.ReasoningContent is not null, "an assistant message");
        }

        Refuse("tool_call_id", message.ToolCallId is not null && message.Role != "tool", "a tool message");
        if (message.Role == "tool" && string.IsNullOrEmpty(message.ToolCallId))
            throw ChatMapper.Missing($"{path}.tool_call_id");
        if (message.Role == "function" && string.IsNullOrEmpty(message.Name))
            throw ChatMapper.Missing($"{path}.name");
        if (message.ToolCalls is { Count: > 0 } && message.FunctionCall is not null)
            throw ChatMapper.Invalid($"{path}.function_call", "must not be given together with 'tool_calls'");
        if (message.Audio is { ValueKind: not JsonValueKind.Null })
            throw ChatMapper.Unsupported($"{path}.audio", "sound is not done by this service");

        void Refuse(string field, bool given, string place)
        {
            if (given)
                throw ChatMapper.Invalid($"{path}.{field}", $"is only allowed in {place}");
        }
    }

    /// <summary>The text of some content, all its parts together; null for none.</summary>
    public static string? ToText(MessageContent? content, TurnRole role, string path)
    {
        if (content is null)
            return null;
        // Of a single part, which may be long, nothing is copied.
        return string.Concat(content.Parts.Select((part, index) => ToText(part, role, $"{path}.content[{index}]")));
    }

    private static string ToText(ContentPart? part, TurnRole role, string path)
    {
        switch (part?.Type)
        {
            case null:
                throw part is null ? ChatMapper.Invalid(path, "must be an object") : ChatMapper.Missing($"{path}.type");
            case "refusal" when role != TurnRole.Assistant:
                throw ChatMapper.Invalid($"{path}.type", "may be 'refusal' in an assistant message only");
        }

        if (Foreign(part) is { } other)
            throw new IngotException(ErrorCode.UnknownParameter, $"Unknown parameter: '{path}.{other}'.", $"{path}.{other}");
        string? text = part.Type == "text" ? part.Text : part.Refusal;
        return text ?? throw ChatMapper.Missing($"{path}.{part.Type}");
    }

    /// <summary>The first field that a part of this type does not have.</summary>
    private static string? Foreign(ContentPart part) =>
        part.ImageUrl is not null ? "image_url"
        : part.InputAudio is not null ? "input_audio"
        : part.File is not null ? "file"
        : part.Type == "text" && part.Refusal is not null ? "refusal"
        : part.Type == "refusal" && part.Text is not null ? "text"
        : part.Others?.Keys.FirstOrDefault();

    private static IReadOnlyList<TurnToolCall> ToCalls(ChatMessage message, string path)
    {
        if (message.FunctionCall is { } old)
            return [ToCall(new ToolCall { Id = TurnToolCall.NoId, Type = "function", Function = old }, path, "function_call")];
        if (message.ToolCalls is not { } calls)
            return [];
        return [.. calls.Select((call, index) => ToCall(call, $"{path}.tool_calls[{index}]", "function"))];
    }

    private static TurnToolCall ToCall(ToolCall? call, string path, string holder)
    {
        if (call is null)
            throw ChatMapper.Invalid(path, "must be an object");
        return new TurnToolCall(
            call.Id ?? throw ChatMapper.Missing($"{path}.id"),
            call.Function?.Name ?? throw ChatMapper.Missing($"{path}.{holder}.name"),
            call.Function.Arguments ?? throw ChatMapper.Missing($"{path}.{holder}.arguments"));
    }
}

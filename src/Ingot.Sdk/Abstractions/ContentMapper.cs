using System.Text.Json;
using Ingot.Service.Chat;
using Microsoft.Extensions.AI;

namespace Microsoft.AI.Foundry.Local.Abstractions;

/// <summary>Turns messages with their contents into those of a turn.</summary>
internal static class ContentMapper
{
    // As the abstractions write JSON, without the line ends and spaces that models would have to read.
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Maps them in order, instructions first. A message with several functions' results becomes one message a result.</summary>
    /// <exception cref="FoundryLocalException">There is none, or one has a role or content that no model here reads.</exception>
    public static IReadOnlyList<TurnMessage> ToMessages(IEnumerable<ChatMessage> messages, string? instructions)
    {
        List<TurnMessage> mapped = [];
        if (!string.IsNullOrEmpty(instructions))
            mapped.Add(new TurnMessage { Role = TurnRole.System, Text = instructions });
        foreach ((int index, ChatMessage message) in messages.Index())
            Add(message, $"messages[{index}]", mapped);
        return mapped.Count > 0 ? mapped : throw new FoundryLocalException("A chat needs at least one message.");
    }

    /// <summary>A function's result as the model reads it.</summary>
    public static string ToText(FunctionResultContent result) => result.Result switch
    {
        null => result.Exception is { } exception ? $"Error: {exception.Message}" : "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        TextContent text => text.Text,
        var value => JsonSerializer.Serialize(value, Compact.GetTypeInfo(typeof(object))),
    };

    private static void Add(ChatMessage message, string path, List<TurnMessage> mapped)
    {
        foreach (FunctionResultContent result in message.Contents.OfType<FunctionResultContent>())
            mapped.Add(new TurnMessage { Role = TurnRole.Tool, Text = ToText(result), ToolCallId = result.CallId });

        if (message.Contents.FirstOrDefault(IsUnreadable) is { } other)
            throw new FoundryLocalException($"{path} has {other.GetType().Name}; models here read text only.");
        TurnToolCall[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(ToCall)];
        string text = string.Concat(message.Contents.OfType<TextContent>().Select(part => part.Text));
        string reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(part => part.Text));
        if (text.Length == 0 && calls.Length == 0 && message.Contents.Any(content => content is FunctionResultContent))
            return;
        mapped.Add(new TurnMessage
        {
            Role = ToRole(message.Role, path),
            Text = text.Length > 0 || calls.Length == 0 ? text : null,
            Name = message.AuthorName,
            ToolCalls = calls,
            Reasoning = reasoning.Length > 0 ? reasoning : null,
        });
    }

    private static bool IsUnreadable(AIContent content) =>
        content is not (TextContent or TextReasoningContent or FunctionCallContent or FunctionResultContent or UsageContent or ErrorContent);

    private static TurnRole ToRole(ChatRole role, string path) => role.Value switch
    {
        "system" => TurnRole.System,
        "developer" => TurnRole.Developer,
        "user" => TurnRole.User,
        "assistant" => TurnRole.Assistant,
        "tool" => TurnRole.Tool,
        _ => throw new FoundryLocalException($"{path} has the unknown role '{role.Value}'; it must be system, developer, user, assistant or tool."),
    };

    private static TurnToolCall ToCall(FunctionCallContent call) => new(
        call.CallId,
        call.Name,
        call.Arguments is null ? "{}" : JsonSerializer.Serialize(call.Arguments, Compact.GetTypeInfo(typeof(IDictionary<string, object?>))));
}

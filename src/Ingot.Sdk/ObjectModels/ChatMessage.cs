using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>One message of a conversation.</summary>
public class ChatMessage
{
    /// <summary>Makes an empty message; set <see cref="Role"/> and <see cref="Content"/>.</summary>
    public ChatMessage()
    {
    }

    /// <summary>Makes a message.</summary>
    /// <param name="role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
    /// <param name="content">The text.</param>
    /// <param name="name">Who speaks, where several share a role.</param>
    /// <param name="toolCalls">The calls an assistant message made.</param>
    /// <param name="toolCallId">For a <c>tool</c> message: which call it answers.</param>
    public ChatMessage(string role, string content, string? name = null, IList<ToolCall>? toolCalls = null, string? toolCallId = null)
    {
        Role = role;
        Content = content;
        Name = name;
        ToolCalls = toolCalls;
        ToolCallId = toolCallId;
    }

    /// <summary>Makes a message of several parts.</summary>
    /// <param name="role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
    /// <param name="contents">The parts, at least one.</param>
    /// <param name="name">Who speaks, where several share a role.</param>
    /// <param name="toolCalls">The calls an assistant message made.</param>
    /// <param name="toolCallId">For a <c>tool</c> message: which call it answers.</param>
    public ChatMessage(string role, IList<MessageContent> contents, string? name = null, IList<ToolCall>? toolCalls = null, string? toolCallId = null)
    {
        Role = role;
        Contents = contents;
        Name = name;
        ToolCalls = toolCalls;
        ToolCallId = toolCallId;
    }

    /// <summary><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    [JsonPropertyName("role")]
    public string Role { get; set; } = "";

    /// <summary>The text; null for an assistant message that only calls tools, and where there are <see cref="Contents"/>.</summary>
    [JsonPropertyName("content")]
    public string? Content { get; set; }

    /// <summary>The parts of a message that has several; not together with <see cref="Content"/>. Only text can be read here.</summary>
    [JsonIgnore]
    public IList<MessageContent>? Contents { get; set; }

    /// <summary>Who speaks, where several share a role.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; set; }

    /// <summary>For a <c>tool</c> message: which call it answers.</summary>
    [JsonPropertyName("tool_call_id")]
    public string? ToolCallId { get; set; }

    /// <summary>The one call of an assistant message in its older form; <see cref="ToolCalls"/> take its place.</summary>
    [JsonPropertyName("function_call")]
    public FunctionCall? FunctionCall { get; set; }

    /// <summary>The calls an assistant message made.</summary>
    [JsonPropertyName("tool_calls")]
    public IList<ToolCall>? ToolCalls { get; set; }

    /// <summary>What a model thought before it answered; null where it did not.</summary>
    [JsonPropertyName("reasoning_content")]
    public string? ReasoningContent { get; set; }

    /// <summary>A message of the assistant.</summary>
    public static ChatMessage FromAssistant(string content, string? name = null, IList<ToolCall>? toolCalls = null) =>
        new("assistant", content, name, toolCalls);

    /// <summary>A message of the user.</summary>
    public static ChatMessage FromUser(string content, string? name = null) => new("user", content, name);

    /// <summary>A message of the user, in parts.</summary>
    public static ChatMessage FromUser(IList<MessageContent> contents) => new("user", contents);

    /// <summary>An instruction.</summary>
    public static ChatMessage FromSystem(string content, string? name = null) => new("system", content, name);

    /// <summary>An instruction, in parts.</summary>
    public static ChatMessage FromSystem(IList<MessageContent> contents) => new("system", contents);

    /// <summary>An instruction of the program's author.</summary>
    public static ChatMessage FromDeveloper(string content, string? name = null) => new("developer", content, name);

    /// <summary>A tool's answer.</summary>
    public static ChatMessage FromTool(string content, string toolCallId) => new("tool", content, toolCallId: toolCallId);
}

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>One message of a conversation.</summary>
public class ChatMessage
{
    /// <summary>Makes an empty message; set <see cref="Role"/> and <see cref="Content"/>.</summary>
    public ChatMessage()
    {
    }

    /// <summary>Makes a message.</summary>
    /// <param name="role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
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

    /// <summary><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string Role { get; set; } = "";

    /// <summary>The text; null for an assistant message that only calls tools.</summary>
    public string? Content { get; set; }

    /// <summary>Who speaks, where several share a role.</summary>
    public string? Name { get; set; }

    /// <summary>For a <c>tool</c> message: which call it answers.</summary>
    public string? ToolCallId { get; set; }

    /// <summary>The calls an assistant message made.</summary>
    public IList<ToolCall>? ToolCalls { get; set; }

    /// <summary>A message of the assistant.</summary>
    public static ChatMessage FromAssistant(string content, string? name = null, IList<ToolCall>? toolCalls = null) =>
        new("assistant", content, name, toolCalls);

    /// <summary>A message of the user.</summary>
    public static ChatMessage FromUser(string content, string? name = null) => new("user", content, name);

    /// <summary>An instruction.</summary>
    public static ChatMessage FromSystem(string content, string? name = null) => new("system", content, name);

    /// <summary>A tool's answer.</summary>
    public static ChatMessage FromTool(string content, string toolCallId) => new("tool", content, toolCallId: toolCallId);
}

/// <summary>A call the model made.</summary>
public class ToolCall
{
    /// <summary>The call's position in the answer.</summary>
    public int Index { get; set; }

    /// <summary>Ties the call to the message that answers it.</summary>
    public string? Id { get; set; }

    /// <summary>Always <c>function</c>.</summary>
    public string? Type { get; set; }

    /// <summary>What is called.</summary>
    public FunctionCall? FunctionCall { get; set; }
}

/// <summary>A function's name and the arguments it is called with.</summary>
public class FunctionCall
{
    /// <summary>The function's name as declared.</summary>
    public string? Name { get; set; }

    /// <summary>A JSON object as text.</summary>
    public string? Arguments { get; set; }
}

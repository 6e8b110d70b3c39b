using System.Text.Json;
using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Chat;

/// <summary>One message of a request.</summary>
public sealed record ChatMessage
{
    /// <summary><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c>, <c>tool</c> or <c>function</c>. Needed.</summary>
    [Words("system", "developer", "user", "assistant", "tool", "function")]
    public string? Role { get; init; }

    /// <summary>The text; may be absent only for an assistant message that calls tools.</summary>
    [EntryCount(1)]
    public MessageContent? Content { get; init; }

    /// <summary>Who speaks, where several share a role.</summary>
    public string? Name { get; init; }

    /// <summary>The calls an assistant message made.</summary>
    public IReadOnlyList<ToolCall?>? ToolCalls { get; init; }

    /// <summary>For a <c>tool</c> message: which call it answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The older form of <see cref="ToolCalls"/>.</summary>
    public FunctionCall? FunctionCall { get; init; }

    /// <summary>An assistant's refusal, as answers carry it; sent back by clients that echo whole messages.</summary>
    public string? Refusal { get; init; }

    /// <summary>An assistant's reasoning, as answers carry it; sent back by clients that echo whole messages.</summary>
    public string? ReasoningContent { get; init; }

    /// <summary>An assistant's audio; only null is accepted.</summary>
    public JsonElement? Audio { get; init; }

    /// <summary>An assistant's annotations, echoed by clients; not used.</summary>
    public JsonElement? Annotations { get; init; }
}

/// <summary>A call the model made.</summary>
public sealed record ToolCall
{
    /// <summary>The call's position in the answer; written in stream chunks, where calls arrive in pieces.</summary>
    public int? Index { get; init; }

    /// <summary>Ties the call to the message that answers it.</summary>
    public string? Id { get; init; }

    /// <summary>Always <c>function</c>.</summary>
    [Words("function", OthersAreUnsupported = "only tools of type 'function' are done")]
    public string? Type { get; init; }

    /// <summary>What is called.</summary>
    public FunctionCall? Function { get; init; }
}

/// <summary>A function's name and the arguments it is called with.</summary>
public sealed record FunctionCall
{
    /// <summary>The function's name as declared.</summary>
    public string? Name { get; init; }

    /// <summary>A JSON object as text.</summary>
    public string? Arguments { get; init; }
}

/// <summary>A tool the model may call.</summary>
public sealed record Tool
{
    /// <summary>Only <c>function</c> is done.</summary>
    [Words("function", OthersAreUnsupported = "only tools of type 'function' are done")]
    public string? Type { get; init; }

    /// <summary>The function.</summary>
    public FunctionDefinition? Function { get; init; }
}

/// <summary>A function the model may call.</summary>
public sealed record FunctionDefinition
{
    /// <summary>1 to 64 of letters, digits, <c>_</c> and <c>-</c>.</summary>
    [TextPattern("^[a-zA-Z0-9_-]{1,64}$", "1 to 64 letters, digits, underscores or dashes")]
    public string? Name { get; init; }

    /// <summary>What it does, for the model to read.</summary>
    public string? Description { get; init; }

    /// <summary>JSON Schema of the arguments; absent means no arguments.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether the arguments must match the schema exactly.</summary>
    public bool? Strict { get; init; }
}

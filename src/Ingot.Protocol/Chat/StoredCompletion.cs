using System.Text.Json.Serialization;

namespace Ingot.Protocol.Chat;

/// <summary>A part of the list of chat completions that are kept.</summary>
/// <param name="Data">The completions, in the order asked for.</param>
/// <param name="FirstId">The first one's id; null when there is none.</param>
/// <param name="LastId">The last one's id, to ask for those after it; null when there is none.</param>
/// <param name="HasMore">Whether there are more after them.</param>
public sealed record ChatCompletionList(
    IReadOnlyList<ChatCompletion> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FirstId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? LastId,
    bool HasMore)
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "list";
}

/// <summary>A part of the list of messages that a chat completion answers.</summary>
/// <param name="Data">The messages, in the order asked for.</param>
/// <param name="FirstId">The first one's id; null when there is none.</param>
/// <param name="LastId">The last one's id, to ask for those after it; null when there is none.</param>
/// <param name="HasMore">Whether there are more after them.</param>
public sealed record StoredMessageList(
    IReadOnlyList<StoredChatMessage> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FirstId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? LastId,
    bool HasMore)
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "list";
}

/// <summary>A message that a chat completion answers.</summary>
/// <param name="Id">The completion's id and the message's place in it.</param>
/// <param name="Role">Who said it.</param>
/// <param name="Content">The text; null when the message is only tool calls.</param>
public sealed record StoredChatMessage(
    string Id,
    string Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Content)
{
    /// <summary>Always null: parts are told as one text, in <see cref="Content"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ContentPart>? ContentParts { get; init; }

    /// <summary>The text of a refusal; null when it is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Refusal { get; init; }

    /// <summary>Who speaks, where several share a role; absent when not given.</summary>
    public string? Name { get; init; }

    /// <summary>The calls an assistant message made; absent when none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>For a <c>tool</c> message: which call it answers; absent elsewhere.</summary>
    public string? ToolCallId { get; init; }
}

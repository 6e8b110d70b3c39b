using System.Text.Json.Serialization;

namespace Ingot.Protocol.Responses;

/// <summary>A part of a list of items.</summary>
/// <param name="Data">The items, in the order asked for.</param>
/// <param name="FirstId">The first one's id; null when there is none.</param>
/// <param name="LastId">The last one's id, to ask for those after it; null when there is none.</param>
/// <param name="HasMore">Whether there are more after them.</param>
public sealed record ResponseItemList(
    IReadOnlyList<ResponseItem> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FirstId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? LastId,
    bool HasMore)
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "list";
}

/// <summary>Says that something was removed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object">What it was: <c>response</c>, <c>conversation.deleted</c> or <c>chat.completion.deleted</c>.</param>
public sealed record DeletedObject(string Id, string Object)
{
    /// <summary>Always true.</summary>
    public bool Deleted { get; init; } = true;
}

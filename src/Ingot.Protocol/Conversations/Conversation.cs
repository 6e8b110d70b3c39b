using Ingot.Protocol.Bounds;
using Ingot.Protocol.Responses;

namespace Ingot.Protocol.Conversations;

/// <summary><c>POST /v1/conversations</c>: begins a conversation.</summary>
public sealed record CreateConversationRequest
{
    /// <summary>What was said before, oldest first, at most 20; default nothing.</summary>
    [EntryCount(0, 20)]
    public IReadOnlyList<ResponseItem?>? Items { get; init; }

    /// <summary>The caller's own notes.</summary>
    [EntryCount(0, 16)]
    [TextLength(0, 512, MostOfKeys = 64)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Changes the notes of what is kept.</summary>
public sealed record UpdateMetadataRequest
{
    /// <summary>The caller's own notes, in the place of the earlier ones. Needed.</summary>
    [EntryCount(0, 16)]
    [TextLength(0, 512, MostOfKeys = 64)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Adds items to a conversation.</summary>
public sealed record CreateItemsRequest
{
    /// <summary>The items, oldest first, 1 to 20. Needed.</summary>
    [EntryCount(1, 20)]
    public IReadOnlyList<ResponseItem?>? Items { get; init; }
}

/// <summary>A conversation.</summary>
/// <param name="Id"><c>conv_…</c>.</param>
/// <param name="CreatedAt">When it began, in seconds since 1970.</param>
/// <param name="Metadata">The caller's own notes.</param>
public sealed record Conversation(string Id, long CreatedAt, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Always <c>conversation</c>.</summary>
    public string Object { get; init; } = "conversation";
}

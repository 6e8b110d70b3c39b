using Ingot.Errors;
using Ingot.Protocol.Conversations;
using Ingot.Protocol.Responses;
using Ingot.Server.Responses;
using Ingot.Service.Storage;

namespace Ingot.Server.Conversations;

/// <summary>Conversations as they are kept.</summary>
/// <param name="store">Keeps them.</param>
internal sealed class ConversationArchive(AnswerStore store)
{
    private const StoredKind Kind = StoredKind.Conversation;

    /// <summary>Keeps a new conversation.</summary>
    public Task SaveAsync(string? owner, Conversation conversation, IReadOnlyList<ResponseItem> items) =>
        store.SaveAsync(ToDocument(owner, conversation), [.. items.Select(item => ResponseArchive.ToStored(item))]);

    /// <summary>Finds a conversation.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task<Conversation> FindAsync(string? owner, string id) =>
        ResponseIds.IsPossible(id) && await store.FindAsync(Kind, owner, id) is { } document ? new Conversation(document.Id, document.CreatedAt, document.Metadata) : throw NotFound(id);

    /// <summary>Changes a conversation's notes.</summary>
    public Task ChangeAsync(string? owner, Conversation conversation) => store.ChangeAsync(ToDocument(owner, conversation));

    /// <summary>Removes a conversation with its items.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task DeleteAsync(string? owner, string id)
    {
        if (!ResponseIds.IsPossible(id) || !await store.DeleteAsync(Kind, owner, id))
            throw NotFound(id);
    }

    /// <summary>Adds items to a conversation.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task AppendAsync(string? owner, string id, IReadOnlyList<ResponseItem> items)
    {
        if (!await store.AppendAsync(Kind, owner, id, [.. items.Select(item => ResponseArchive.ToStored(item))]))
            throw NotFound(id);
    }

    /// <summary>Items of a conversation that is there; null when the item to begin after is not.</summary>
    public async Task<StoredPage<ResponseItem>?> ItemsAsync(string? owner, string id, StoredRange range) =>
        ResponseArchive.FromStored(await store.ItemsAsync(Kind, owner, id, range, withOutput: true));

    /// <summary>Finds an item of a conversation.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task<ResponseItem> FindItemAsync(string? owner, string id, string item) =>
        ResponseIds.IsPossible(item) && await store.FindItemAsync(Kind, owner, id, item) is { } found ? ResponseArchive.FromStored(found) : throw NoItem(item);

    /// <summary>Removes an item from a conversation.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task DeleteItemAsync(string? owner, string id, string item)
    {
        if (!ResponseIds.IsPossible(item) || !await store.DeleteItemAsync(Kind, owner, id, item))
            throw NoItem(item);
    }

    private static StoredDocument ToDocument(string? owner, Conversation conversation) =>
        new(Kind, conversation.Id, owner, conversation.CreatedAt, ReadOnlyMemory<byte>.Empty) { Metadata = conversation.Metadata };

    private static IngotException NotFound(string id) => new(ErrorCode.NotFound, $"Conversation with id '{ResponseIds.Shown(id)}' not found.", "conversation_id");

    private static IngotException NoItem(string id) => new(ErrorCode.NotFound, $"Item with id '{ResponseIds.Shown(id)}' not found.", "item_id");
}

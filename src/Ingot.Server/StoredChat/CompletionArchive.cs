using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Server.Responses;
using Ingot.Service.Storage;

namespace Ingot.Server.StoredChat;

/// <summary>Chat completions as they are kept: in the wire's form.</summary>
/// <param name="store">Keeps them.</param>
internal sealed class CompletionArchive(AnswerStore store)
{
    private const StoredKind Kind = StoredKind.Completion;

    /// <summary>Refuses a request whose answer is to be kept where nothing can be.</summary>
    /// <exception cref="IngotException">Says why.</exception>
    public void Require() => store.Require();

    /// <summary>Keeps a completion with the messages it answers.</summary>
    public Task SaveAsync(string? owner, ChatCompletion completion, IReadOnlyList<ChatMessage?> messages) =>
        store.SaveAsync(ToDocument(owner, completion), [.. messages.Select((message, index) => ToStored(message!, $"{completion.Id}-{index}"))]);

    /// <summary>Finds a completion.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task<ChatCompletion> FindAsync(string? owner, string id) =>
        ResponseIds.IsPossible(id) && await store.FindAsync(Kind, owner, id) is { } document ? FromStored(document) : throw NotFound(id);

    /// <summary>Completions; null when the one to begin after is not there.</summary>
    public async Task<StoredPage<ChatCompletion>?> ListAsync(string? owner, StoredRange range, string? model, IReadOnlyDictionary<string, string> metadata) =>
        await store.ListAsync(Kind, owner, range, model, metadata) is { } page ? new StoredPage<ChatCompletion>([.. page.Entries.Select(FromStored)], page.HasMore) : null;

    /// <summary>Changes a completion's notes.</summary>
    public Task ChangeAsync(string? owner, ChatCompletion completion) => store.ChangeAsync(ToDocument(owner, completion));

    /// <summary>Removes a completion.</summary>
    /// <exception cref="IngotException">There is none.</exception>
    public async Task DeleteAsync(string? owner, string id)
    {
        if (!ResponseIds.IsPossible(id) || !await store.DeleteAsync(Kind, owner, id))
            throw NotFound(id);
    }

    /// <summary>The messages a completion answers; null when the one to begin after is not there.</summary>
    public async Task<StoredPage<StoredChatMessage>?> MessagesAsync(string? owner, string id, StoredRange range) =>
        await store.ItemsAsync(Kind, owner, id, range, withOutput: false) is { } page
            ? new StoredPage<StoredChatMessage>([.. page.Entries.Select(item => JsonSerializer.Deserialize(item.Body.Span, WireJson.For<StoredChatMessage>())!)], page.HasMore)
            : null;

    private static StoredDocument ToDocument(string? owner, ChatCompletion completion) =>
        new(Kind, completion.Id, owner, completion.Created, JsonSerializer.SerializeToUtf8Bytes(completion, WireJson.For<ChatCompletion>()))
        {
            Model = completion.Model,
            Metadata = completion.Metadata ?? new Dictionary<string, string>(),
        };

    private static ChatCompletion FromStored(StoredDocument document) => JsonSerializer.Deserialize(document.Body.Span, WireJson.For<ChatCompletion>())!;

    private static StoredItem ToStored(ChatMessage message, string id)
    {
        string? text = message.Content is { } content ? string.Concat(content.Parts.Select(part => part!.Text ?? part.Refusal)) : null;
        var stored = new StoredChatMessage(id, message.Role!, text)
        {
            Refusal = message.Refusal,
            Name = message.Name,
            ToolCalls = message.ToolCalls is { Count: > 0 } calls ? [.. calls.Select(call => call!)] : null,
            ToolCallId = message.ToolCallId,
        };
        return new StoredItem(id, JsonSerializer.SerializeToUtf8Bytes(stored, WireJson.For<StoredChatMessage>()));
    }

    private static IngotException NotFound(string id) => new(ErrorCode.NotFound, $"Chat completion with id '{ResponseIds.Shown(id)}' not found.", "completion_id");
}

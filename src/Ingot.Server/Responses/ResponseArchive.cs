using System.IO.Compression;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Responses;
using Ingot.Service.Storage;

namespace Ingot.Server.Responses;

/// <summary>Responses as they are kept: written and read in the wire's form.</summary>
/// <param name="store">Keeps them.</param>
/// <param name="underWay">Which of them are being made.</param>
internal sealed class ResponseArchive(AnswerStore store, LiveResponses underWay)
{
    /// <summary>Whether anything can be kept now.</summary>
    public bool IsAvailable => store.IsAvailable;

    /// <summary>Keeps a response as it is.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="response">The response.</param>
    /// <param name="input">What its request added to what was said before.</param>
    /// <param name="events">What was told of it; null for a response that cannot be streamed again.</param>
    public Task SaveAsync(string? owner, ResponseObject response, IReadOnlyList<ResponseItem> input, IReadOnlyList<ResponseEvent>? events)
    {
        var document = new StoredDocument(StoredKind.Response, response.Id, owner, response.CreatedAt, JsonSerializer.SerializeToUtf8Bytes(response, WireJson.For<ResponseObject>()))
        {
            State = response.Status is "queued" or "in_progress" ? StoredState.Running : StoredState.Done,
            PreviousId = response.PreviousResponseId,
            Model = response.Model,
        };
        string? conversation = response.Status is "completed" or "incomplete" ? response.Conversation?.Id : null;
        return store.SaveAsync(document, [.. input.Select(item => ToStored(item)), .. response.Output.Select(item => ToStored(item, isOutput: true))], events is null ? (ReadOnlyMemory<byte>?)null : Pack(events), conversation);
    }

    /// <summary>Adds items to a conversation, if it is still there.</summary>
    public Task AppendAsync(string? owner, string conversation, IReadOnlyList<ResponseItem> items) =>
        store.AppendAsync(StoredKind.Conversation, owner, conversation, [.. items.Select(item => ToStored(item))]);

    /// <summary>
    /// Finds a response; null when there is none. One whose maker ended without a word, or could not have its last word kept, has failed.
    /// </summary>
    public async Task<ResponseObject?> FindAsync(string? owner, string id)
    {
        // Asked first: who is through has kept the response for the last time, or tried to.
        bool isUnderWay = underWay.Has(id);
        if (!ResponseIds.IsPossible(id) || await store.FindAsync(StoredKind.Response, owner, id) is not { } document)
            return null;
        ResponseObject response = JsonSerializer.Deserialize(document.Body.Span, WireJson.For<ResponseObject>())!;
        return document.State switch
        {
            StoredState.Interrupted => Failed(response, "The service ended before the response was complete."),
            StoredState.Running when !isUnderWay => Failed(response, "The response was made, but could not be kept."),
            _ => response,
        };
    }

    /// <summary>What was told of a response while it was made; null when nothing of that is kept.</summary>
    public async Task<IReadOnlyList<ResponseEvent>?> EventsAsync(string id) => await store.EventsAsync(id) is { } packed ? Unpack(packed) : null;

    /// <summary>Removes a response; false when there is none.</summary>
    public async Task<bool> DeleteAsync(string? owner, string id) => ResponseIds.IsPossible(id) && await store.DeleteAsync(StoredKind.Response, owner, id);

    /// <summary>What a response and all before it were made of and said, oldest first; null when one of them is not kept any more.</summary>
    public async Task<IReadOnlyList<ResponseItem>?> ChainAsync(string? owner, string id, int most) =>
        await store.ChainAsync(StoredKind.Response, owner, id, most) is { } items ? [.. items.Select(FromStored)] : null;

    /// <summary>What the request of a response added; null when it or the item to begin after is not there.</summary>
    public async Task<StoredPage<ResponseItem>?> InputAsync(string? owner, string id, StoredRange range) =>
        FromStored(await store.ItemsAsync(StoredKind.Response, owner, id, range, withOutput: false));

    /// <summary>Finds an item of any response or conversation; null when there is none.</summary>
    public async Task<ResponseItem?> FindItemAsync(string? owner, string id) =>
        ResponseIds.IsPossible(id) && await store.FindItemAsync(owner, id) is { } item ? FromStored(item) : null;

    /// <summary>An item as it is kept.</summary>
    public static StoredItem ToStored(ResponseItem item, bool isOutput = false) =>
        new(item.Id!, JsonSerializer.SerializeToUtf8Bytes(item, WireJson.For<ResponseItem>()), isOutput);

    /// <summary>An item that was kept.</summary>
    public static ResponseItem FromStored(StoredItem item) => JsonSerializer.Deserialize(item.Body.Span, WireJson.For<ResponseItem>())!;

    /// <summary>A part of a list that was kept; null stays null.</summary>
    public static StoredPage<ResponseItem>? FromStored(StoredPage<StoredItem>? page) =>
        page is null ? null : new StoredPage<ResponseItem>([.. page.Entries.Select(FromStored)], page.HasMore);

    /// <summary>The refusal of a response that is not there.</summary>
    public static IngotException NotFound(string id, string? param = null) => new(
        ErrorCode.NotFound, $"{(param is null ? "Response" : "Previous response")} with id '{ResponseIds.Shown(id)}' not found.", param);

    private static ResponseObject Failed(ResponseObject response, string why) => response with { Status = "failed", Error = new ResponseError("server_error", why) };

    // Events repeat themselves: packed, they take a small part of the room.
    private static byte[] Pack(IReadOnlyList<ResponseEvent> events)
    {
        using var packed = new MemoryStream();
        using (var packing = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(packing, events, WireJson.Deep<IReadOnlyList<ResponseEvent>>());
        return packed.ToArray();
    }

    private static IReadOnlyList<ResponseEvent> Unpack(ReadOnlyMemory<byte> packed)
    {
        using var unpacking = new BrotliStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(unpacking, WireJson.Deep<IReadOnlyList<ResponseEvent>>())!;
    }
}

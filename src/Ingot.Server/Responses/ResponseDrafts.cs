using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Service;
using Ingot.Service.Storage;

namespace Ingot.Server.Responses;

/// <summary>Understands requests for responses: finds what was said before and what is referred to, and decides whether the response is kept.</summary>
/// <param name="services">What stands behind it.</param>
/// <param name="archive">What is kept.</param>
internal sealed class ResponseDrafts(IngotServices services, ResponseArchive archive)
{
    /// <summary>Understands a request.</summary>
    /// <param name="request">The request, its bounds checked.</param>
    /// <param name="owner">Whose it is.</param>
    /// <exception cref="IngotException">A field is absent, out of range, contradicts another, or refers to what is not there.</exception>
    public async Task<ResponseDraft> MakeAsync(CreateResponseRequest request, string? owner)
    {
        ResponseMapper.Check(request);
        IReadOnlyList<ResponseItem> earlier = await EarlierAsync(request, owner);
        IReadOnlyList<ResponseItem> input = await ItemReader.ReadAsync(request.Input, id => archive.FindItemAsync(owner, id));

        // Who says nothing gets an answer also where nothing can be kept; the response says so.
        bool mustKeep = request.Store == true || request.Background == true;
        bool isKept = mustKeep || (request.Store != false && archive.IsAvailable);
        ResponseDraft draft = ResponseMapper.ToDraft(request, earlier, input, ResponseIds.New("resp"), services.Time.GetUtcNow().ToUnixTimeSeconds(), isKept);
        return draft with { Owner = owner, Turn = draft.Turn with { Caller = owner } };
    }

    private async Task<IReadOnlyList<ResponseItem>> EarlierAsync(CreateResponseRequest request, string? owner)
    {
        // One more than may be, so that too many are refused and not cut off.
        int most = services.Options.MaxMessages + 1;
        if (request.PreviousResponseId is { } previous)
        {
            ResponseObject earlier = await archive.FindAsync(owner, previous) ?? throw ResponseArchive.NotFound(previous, "previous_response_id");
            if (earlier.Status is "queued" or "in_progress")
                throw new IngotException(ErrorCode.Conflict, $"Response '{previous}' is not complete yet.", "previous_response_id");
            return await archive.ChainAsync(owner, previous, most)
                ?? throw new IngotException(ErrorCode.NotFound, $"Response '{previous}' goes on from one that is no longer kept.", "previous_response_id");
        }

        if (request.Conversation is not { Id: { } conversation })
            return [];
        StoredPage<StoredItem>? items = ResponseIds.IsPossible(conversation)
            ? await services.Answers.ItemsAsync(StoredKind.Conversation, owner, conversation, new StoredRange(most, IsDescending: false), withOutput: true)
            : null;
        return items is { } found
            ? [.. found.Entries.Select(ResponseArchive.FromStored)]
            : throw new IngotException(ErrorCode.NotFound, $"Conversation with id '{ResponseIds.Shown(conversation)}' not found.", "conversation");
    }
}

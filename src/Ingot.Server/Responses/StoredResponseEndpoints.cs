using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Responses;
using Ingot.Server.Endpoints;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Responses;

/// <summary>Responses that were made before: told again, streamed again, cancelled, removed.</summary>
internal static class StoredResponseEndpoints
{
    private static readonly WireOperation Get = new("getResponse", "Responses", "Tells a response that is kept.")
    {
        Response = typeof(ResponseObject),
        Event = typeof(ResponseEvent),
        Query =
        [
            new WireQuery("stream", typeof(bool), "True for the events of its making, from the first on, and on as they come while it is made. Only for responses that were streamed or made in the background."),
            new WireQuery("starting_after", typeof(int), "The sequence number of the last event one has; those after it come."),
            new WireQuery("include_obfuscation", typeof(bool), "Only false is done."),
        ],
    };

    private static readonly WireOperation Delete = new("deleteResponse", "Responses", "Removes a response; one that is being made is cancelled before.") { Response = typeof(DeletedObject) };

    private static readonly WireOperation Cancel = new("cancelResponse", "Responses", "Stops a background response.") { Response = typeof(ResponseObject), EndsWork = true };

    private static readonly WireOperation Items = new("listResponseInputItems", "Responses", "Lists what a response was made of, what was said before it included.")
    {
        Response = typeof(ResponseItemList),
        Query = PageQuery.Parameters,
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapStoredResponses(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapGet($"{prefix}/responses/{{id}}", GetAsync).Describe(Get);
            routes.MapDelete($"{prefix}/responses/{{id}}", DeleteAsync).Describe(Delete);
            routes.MapPost($"{prefix}/responses/{{id}}/cancel", CancelAsync).Describe(Cancel);
            routes.MapGet($"{prefix}/responses/{{id}}/input_items", ListAsync).Describe(Items);
        }
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, ResponseArchive archive, BackgroundResponses background, ILogger<ResponseAnswer> logger)
    {
        QueryValues query = QueryValues.Read(context.Request, Get.Query);
        if (query.Flag("include_obfuscation") == true)
            throw ChatMapper.Unsupported("include_obfuscation", "streams are not padded");
        bool isStream = query.Flag("stream") == true;
        int? after = query.Number("starting_after");
        if (after is not null && !isStream)
            throw ChatMapper.Invalid("starting_after", "is only allowed when 'stream' is true");

        string? owner = Caller.Of(context);
        LiveResponse? live = background.Find(owner, id);
        if (live is not null && isStream)
            return ResponseEndpoints.Stream(live.ReadAsync(after ?? -1, context.RequestAborted), logger);
        ResponseObject response = live?.Response ?? await archive.FindAsync(owner, id) ?? throw ResponseArchive.NotFound(id);
        return isStream ? ResponseEndpoints.Stream(Replay(response, await archive.EventsAsync(id), after ?? -1), logger) : Whole(response);
    }

    private static async Task<JsonHttpResult<DeletedObject>> DeleteAsync(string id, HttpContext context, ResponseArchive archive, BackgroundResponses background)
    {
        string? owner = Caller.Of(context);
        if (background.Find(owner, id) is { } live)
        {
            await live.CancelAsync();
            await live.Done.WaitAsync(context.RequestAborted);
        }

        return await archive.DeleteAsync(owner, id) ? TypedResults.Json(new DeletedObject(id, "response"), WireJson.For<DeletedObject>()) : throw ResponseArchive.NotFound(id);
    }

    private static async Task<IResult> CancelAsync(string id, HttpContext context, ResponseArchive archive, BackgroundResponses background)
    {
        string? owner = Caller.Of(context);
        if (background.Find(owner, id) is { } live)
        {
            await live.CancelAsync();
            await live.Done.WaitAsync(context.RequestAborted);
        }

        ResponseObject response = await archive.FindAsync(owner, id) ?? throw ResponseArchive.NotFound(id);
        return response.Background
            ? Whole(response)
            : throw new IngotException(ErrorCode.InvalidValue, $"Response '{id}' was not made in the background, so that it cannot be cancelled.", "id");
    }

    private static async Task<IResult> ListAsync(string id, HttpContext context, ResponseArchive archive, Service.IngotServices services)
    {
        StoredRange range = PageQuery.Read(QueryValues.Read(context.Request, Items.Query));
        string? owner = Caller.Of(context);
        ResponseObject response = await archive.FindAsync(owner, id) ?? throw ResponseArchive.NotFound(id);
        IReadOnlyList<ResponseItem>? earlier = response.PreviousResponseId is { } previous ? await archive.ChainAsync(owner, previous, services.Options.MaxMessages) : null;
        StoredPage<ResponseItem>? page = earlier is null
            ? await archive.InputAsync(owner, id, range)
            : PageQuery.Cut([.. earlier, .. (await archive.InputAsync(owner, id, new StoredRange(services.Options.MaxMessages, IsDescending: false)))!.Entries], range, item => item.Id!);
        return ItemList(page ?? throw PageQuery.NoSuchPlace());
    }

    /// <summary>A part of a list of items as the wire has it.</summary>
    internal static JsonHttpResult<ResponseItemList> ItemList(StoredPage<ResponseItem> page)
    {
        (string? first, string? last) = PageQuery.EndsOf(page, item => item.Id!);
        return TypedResults.Json(new ResponseItemList(page.Entries, first, last, page.HasMore), WireJson.For<ResponseItemList>());
    }

    private static JsonHttpResult<ResponseObject> Whole(ResponseObject response) => TypedResults.Json(response, WireJson.For<ResponseObject>());

    // Of a response that a killed service left behind nothing was told to the end: its failure is the event that comes next.
    private static async IAsyncEnumerable<ResponseEvent> Replay(ResponseObject response, IReadOnlyList<ResponseEvent>? told, int after)
    {
        if (told is null && !(response.Background && response.Status == "failed"))
            throw new IngotException(ErrorCode.InvalidValue, $"Response '{response.Id}' was neither streamed nor made in the background, so that it cannot be streamed.", "stream");
        await Task.CompletedTask;
        foreach (ResponseEvent next in told?.Where(next => next.SequenceNumber > after) ?? [new ResponseEvent("response.failed", after + 1) { Response = response }])
            yield return next;
    }
}

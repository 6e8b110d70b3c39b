using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Responses;
using Ingot.Server.Endpoints;
using Ingot.Server.Http;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>Makes responses, and counts what they would be made of.</summary>
internal static class ResponseEndpoints
{
    private static readonly WireOperation Create = new("createResponse", "Responses", "Makes a response.")
    {
        Request = typeof(CreateResponseRequest),
        Needed = ["model"],
        Response = typeof(ResponseObject),
        Event = typeof(ResponseEvent),
    };

    private static readonly WireOperation Count = new("countResponseInputTokens", "Responses", "Counts the tokens of a response's prompt without making it.")
    {
        Request = typeof(CreateResponseRequest),
        Needed = ["model"],
        Response = typeof(InputTokenCount),
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapResponses(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapPost($"{prefix}/responses", CreateAsync).Describe(Create);
            routes.MapPost($"{prefix}/responses/input_tokens", CountAsync).Describe(Count);
        }
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, IngotServices services, ChatSources chats, ResponseDrafts drafts, ResponseArchive archive, BackgroundResponses background, OpenRequests requests, ILogger<ResponseAnswer> logger)
    {
        CancellationToken gone = context.RequestAborted;
        CreateResponseRequest request = await WireBody.ReadAsync<CreateResponseRequest>(context.Request, gone);
        ResponseDraft draft = await drafts.MakeAsync(request, Caller.Of(context)) with { Account = KeyIdentity.Of(context)?.Account };
        if (request.Background == true)
        {
            LiveResponse live = await background.StartAsync(draft);
            return request.Stream == true ? Stream(live.ReadAsync(-1, gone), logger) : TypedResults.Json(live.Response, WireJson.For<ResponseObject>());
        }

        IChatRun run = await ResponseStart.StartAsync(chats, draft, gone);
        context.Response.RegisterForDisposeAsync(run);
        CallerRights.Follow(context, () => run.Used);
        var answer = new ResponseAnswer(draft, archive, services.Time, logger, requests.End);
        return request.Stream == true
            ? Stream(answer.StreamAsync(_ => Task.FromResult(run), gone), logger)
            : TypedResults.Json(await answer.CollectAsync(run, gone), WireJson.For<ResponseObject>());
    }

    private static async Task<IResult> CountAsync(HttpContext context, ChatSources chats, ResponseDrafts drafts)
    {
        CancellationToken gone = context.RequestAborted;
        CreateResponseRequest request = await WireBody.ReadAsync<CreateResponseRequest>(context.Request, gone);
        ResponseDraft draft = await drafts.MakeAsync(request, Caller.Of(context));
        try
        {
            return TypedResults.Json(new InputTokenCount(await chats.CountTokensAsync(draft.Turn, gone)), WireJson.For<InputTokenCount>());
        }
        catch (IngotException refusal) when (ResponseMapper.Rename(refusal) is { } renamed && renamed != refusal)
        {
            throw renamed;
        }
    }

    /// <summary>Sends events as they come, each under its own name.</summary>
    internal static SseResult<ResponseEvent> Stream(IAsyncEnumerable<ResponseEvent> events, ILogger logger) => new(events, logger, told => told.Type);
}

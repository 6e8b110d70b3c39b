using Ingot.Protocol;
using Ingot.Protocol.Completions;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Service;
using Ingot.Service.Completions;

namespace Ingot.Server.Endpoints;

/// <summary>Completions of texts, OpenAI's older API.</summary>
internal static class CompletionEndpoints
{
    private static readonly WireOperation Complete = new("createCompletion", "Completions", "Continues texts as they are.")
    {
        Request = typeof(CompletionRequest),
        Needed = ["model", "prompt"],
        Response = typeof(Completion),
        Event = typeof(Completion),
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapCompletions(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
            routes.MapPost($"{prefix}/completions", CompleteAsync).Describe(Complete);
    }

    private static async Task<IResult> CompleteAsync(HttpContext context, IngotServices services, ILogger<CompletionAnswer> logger)
    {
        CancellationToken gone = context.RequestAborted;
        CompletionRequest request = await WireBody.ReadAsync<CompletionRequest>(context.Request, gone);
        CompletionTurn turn = CompletionMapper.ToTurn(request) with { Caller = Caller.Of(context) };

        CompletionRun run = await services.Completions.StartAsync(turn, gone);
        context.Response.RegisterForDisposeAsync(run);
        CallerRights.Follow(context, () => run.Used);
        var answer = new CompletionAnswer(run, request.StreamOptions?.IncludeUsage == true, services.Time);
        return request.Stream == true
            ? new SseResult<Completion>(answer.StreamAsync(gone), logger)
            : TypedResults.Json(await answer.CollectAsync(gone), WireJson.For<Completion>());
    }
}

using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Security;
using Ingot.Server.StoredChat;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Server.Endpoints;

/// <summary>Chat completions.</summary>
internal static class ChatEndpoints
{
    private static readonly WireOperation Complete = new("createChatCompletion", "Chat", "Answers a conversation.")
    {
        Request = typeof(ChatCompletionRequest),
        Needed = ["model", "messages"],
        Response = typeof(ChatCompletion),
        Event = typeof(ChatCompletionChunk),
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
            routes.MapPost($"{prefix}/chat/completions", CompleteAsync).Describe(Complete);
    }

    private static async Task<IResult> CompleteAsync(HttpContext context, IngotServices services, CompletionArchive archive, ILogger<ChatAnswer> logger)
    {
        CancellationToken gone = context.RequestAborted;
        ChatCompletionRequest request = await WireBody.ReadAsync<ChatCompletionRequest>(context.Request, gone);
        ChatTurn turn = ChatMapper.ToTurn(request) with { Caller = Caller.Of(context) };
        bool isKept = request.Store == true;
        if (isKept)
            archive.Require();

        ChatRun run = await TokenLimit.Of(request).NameAsync(services.Chat.StartAsync(turn, gone));
        context.Response.RegisterForDisposeAsync(run);
        CallerRights.Follow(context, () => run.Used);
        var answer = new ChatAnswer(run, AnswerForm.Of(request), services.Time, isKept ? whole => archive.SaveAsync(Caller.Of(context), whole, request.Messages!) : null);
        return request.Stream == true
            ? new SseResult<ChatCompletionChunk>(answer.StreamAsync(gone), logger, form: new ChunkForm())
            : TypedResults.Json(await answer.CollectAsync(gone), WireJson.For<ChatCompletion>());
    }
}

using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Conversations;
using Ingot.Protocol.Responses;
using Ingot.Server.Endpoints;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Responses;
using Ingot.Server.Security;
using Ingot.Service.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.StoredChat;

/// <summary>Chat completions that were kept (<c>store</c>): listed, told, changed, removed.</summary>
internal static class StoredChatEndpoints
{
    private const string Group = "Chat";
    private const string Notes = "metadata[";

    private static readonly WireOperation List = new("listChatCompletions", Group, "Lists the chat completions that are kept.")
    {
        Response = typeof(ChatCompletionList),
        Query =
        [
            .. PageQuery.Parameters,
            new WireQuery("model", typeof(string), "Only those of the model with this id."),
            new WireQuery("metadata", typeof(string), "Written `metadata[name]=value`, once or more: only those with all of these notes."),
        ],
    };

    private static readonly WireOperation Get = new("getChatCompletion", Group, "Tells a chat completion that is kept.") { Response = typeof(ChatCompletion) };

    private static readonly WireOperation Update = new("updateChatCompletion", Group, "Changes the notes of a chat completion that is kept.")
    {
        Request = typeof(UpdateMetadataRequest),
        Needed = ["metadata"],
        Response = typeof(ChatCompletion),
    };

    private static readonly WireOperation Delete = new("deleteChatCompletion", Group, "Removes a chat completion.") { Response = typeof(DeletedObject) };

    private static readonly WireOperation Messages = new("listChatCompletionMessages", Group, "Lists the messages that a chat completion answers.")
    {
        Response = typeof(StoredMessageList),
        Query = PageQuery.Parameters,
    };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapStoredChat(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapGet($"{prefix}/chat/completions", ListAsync).Describe(List);
            routes.MapGet($"{prefix}/chat/completions/{{id}}", GetAsync).Describe(Get);
            routes.MapPost($"{prefix}/chat/completions/{{id}}", UpdateAsync).Describe(Update);
            routes.MapDelete($"{prefix}/chat/completions/{{id}}", DeleteAsync).Describe(Delete);
            routes.MapGet($"{prefix}/chat/completions/{{id}}/messages", ListMessagesAsync).Describe(Messages);
        }
    }

    private static async Task<JsonHttpResult<ChatCompletionList>> ListAsync(HttpContext context, CompletionArchive archive)
    {
        Dictionary<string, string> notes = context.Request.Query.Where(value => IsNote(value.Key)).ToDictionary(value => value.Key[Notes.Length..^1], value => value.Value.ToString(), StringComparer.Ordinal);
        if (notes.Count > 16)
            throw ChatMapper.Invalid("metadata", "may hold at most 16 entries");
        QueryValues query = QueryValues.Read(context.Request, [.. List.Query, .. notes.Keys.Select(name => new WireQuery($"{Notes}{name}]", typeof(string), ""))]);
        StoredPage<ChatCompletion> page = await archive.ListAsync(Caller.Of(context), PageQuery.Read(query, isDescending: false), query.Word("model"), notes) ?? throw PageQuery.NoSuchPlace();
        (string? first, string? last) = PageQuery.EndsOf(page, completion => completion.Id);
        return TypedResults.Json(new ChatCompletionList(page.Entries, first, last, page.HasMore), WireJson.For<ChatCompletionList>());
    }

    private static async Task<JsonHttpResult<ChatCompletion>> GetAsync(string id, HttpContext context, CompletionArchive archive) =>
        Whole(await archive.FindAsync(Caller.Of(context), id));

    private static async Task<JsonHttpResult<ChatCompletion>> UpdateAsync(string id, HttpContext context, CompletionArchive archive)
    {
        UpdateMetadataRequest request = await WireBody.ReadAsync<UpdateMetadataRequest>(context.Request, context.RequestAborted);
        string? owner = Caller.Of(context);
        ChatCompletion changed = await archive.FindAsync(owner, id) with { Metadata = request.Metadata ?? throw ChatMapper.Missing("metadata") };
        await archive.ChangeAsync(owner, changed);
        return Whole(changed);
    }

    private static async Task<JsonHttpResult<DeletedObject>> DeleteAsync(string id, HttpContext context, CompletionArchive archive)
    {
        await archive.DeleteAsync(Caller.Of(context), id);
        return TypedResults.Json(new DeletedObject(id, "chat.completion.deleted"), WireJson.For<DeletedObject>());
    }

    private static async Task<JsonHttpResult<StoredMessageList>> ListMessagesAsync(string id, HttpContext context, CompletionArchive archive)
    {
        StoredRange range = PageQuery.Read(QueryValues.Read(context.Request, Messages.Query), isDescending: false);
        string? owner = Caller.Of(context);
        await archive.FindAsync(owner, id);
        StoredPage<StoredChatMessage> page = await archive.MessagesAsync(owner, id, range) ?? throw PageQuery.NoSuchPlace();
        (string? first, string? last) = PageQuery.EndsOf(page, message => message.Id);
        return TypedResults.Json(new StoredMessageList(page.Entries, first, last, page.HasMore), WireJson.For<StoredMessageList>());
    }

    private static bool IsNote(string name) => name.StartsWith(Notes, StringComparison.Ordinal) && name.EndsWith(']');

    private static JsonHttpResult<ChatCompletion> Whole(ChatCompletion completion) => TypedResults.Json(completion, WireJson.For<ChatCompletion>());
}

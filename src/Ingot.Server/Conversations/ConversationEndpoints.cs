using Ingot.Protocol;
using Ingot.Protocol.Conversations;
using Ingot.Protocol.Responses;
using Ingot.Server.Endpoints;
using Ingot.Server.Http;
using Ingot.Server.Mapping;
using Ingot.Server.OpenApi;
using Ingot.Server.Responses;
using Ingot.Server.Security;
using Ingot.Service;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ingot.Server.Conversations;

/// <summary>Conversations: begins, tells, changes and removes them.</summary>
internal static class ConversationEndpoints
{
    private const string Group = "Conversations";

    private static readonly WireOperation Create = new("createConversation", Group, "Begins a conversation.") { Request = typeof(CreateConversationRequest), Response = typeof(Conversation) };

    private static readonly WireOperation Get = new("getConversation", Group, "Tells a conversation.") { Response = typeof(Conversation) };

    private static readonly WireOperation Update = new("updateConversation", Group, "Changes a conversation's notes.")
    {
        Request = typeof(UpdateMetadataRequest),
        Needed = ["metadata"],
        Response = typeof(Conversation),
    };

    private static readonly WireOperation Delete = new("deleteConversation", Group, "Removes a conversation with its items.") { Response = typeof(DeletedObject) };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapPost($"{prefix}/conversations", CreateAsync).Describe(Create);
            routes.MapGet($"{prefix}/conversations/{{id}}", GetAsync).Describe(Get);
            routes.MapPost($"{prefix}/conversations/{{id}}", UpdateAsync).Describe(Update);
            routes.MapDelete($"{prefix}/conversations/{{id}}", DeleteAsync).Describe(Delete);
        }
    }

    private static async Task<JsonHttpResult<Conversation>> CreateAsync(HttpContext context, IngotServices services, ConversationArchive conversations, ResponseArchive archive)
    {
        CreateConversationRequest request = await WireBody.ReadAsync<CreateConversationRequest>(context.Request, context.RequestAborted);
        string? owner = Caller.Of(context);
        IReadOnlyList<ResponseItem> items = await ItemReader.ReadAsync(new ResponseInput(null, request.Items ?? []), id => archive.FindItemAsync(owner, id), "items");
        var conversation = new Conversation(ResponseIds.New("conv"), services.Time.GetUtcNow().ToUnixTimeSeconds(), request.Metadata ?? new Dictionary<string, string>());
        await conversations.SaveAsync(owner, conversation, items);
        return Whole(conversation);
    }

    private static async Task<JsonHttpResult<Conversation>> GetAsync(string id, HttpContext context, ConversationArchive conversations) =>
        Whole(await conversations.FindAsync(Caller.Of(context), id));

    private static async Task<JsonHttpResult<Conversation>> UpdateAsync(string id, HttpContext context, ConversationArchive conversations)
    {
        UpdateMetadataRequest request = await WireBody.ReadAsync<UpdateMetadataRequest>(context.Request, context.RequestAborted);
        string? owner = Caller.Of(context);
        Conversation changed = await conversations.FindAsync(owner, id) with { Metadata = request.Metadata ?? throw ChatMapper.Missing("metadata") };
        await conversations.ChangeAsync(owner, changed);
        return Whole(changed);
    }

    private static async Task<JsonHttpResult<DeletedObject>> DeleteAsync(string id, HttpContext context, ConversationArchive conversations)
    {
        await conversations.DeleteAsync(Caller.Of(context), id);
        return TypedResults.Json(new DeletedObject(id, "conversation.deleted"), WireJson.For<DeletedObject>());
    }

    /// <summary>A conversation as the wire has it.</summary>
    internal static JsonHttpResult<Conversation> Whole(Conversation conversation) => TypedResults.Json(conversation, WireJson.For<Conversation>());
}

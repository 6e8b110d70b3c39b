using Ingot.Protocol;
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

namespace Ingot.Server.Conversations;

/// <summary>The items of conversations: tells, adds and removes them.</summary>
internal static class ConversationItemEndpoints
{
    private const string Group = "Conversations";

    private static readonly WireOperation List = new("listConversationItems", Group, "Lists a conversation's items.") { Response = typeof(ResponseItemList), Query = PageQuery.Parameters };

    private static readonly WireOperation Create = new("createConversationItems", Group, "Adds items to the end of a conversation.")
    {
        Request = typeof(CreateItemsRequest),
        Needed = ["items"],
        Response = typeof(ResponseItemList),
    };

    private static readonly WireOperation Get = new("getConversationItem", Group, "Tells an item of a conversation.") { Response = typeof(ResponseItem) };

    private static readonly WireOperation Delete = new("deleteConversationItem", Group, "Removes an item from a conversation.") { Response = typeof(Conversation) };

    /// <summary>Maps the routes; the two prefixes are the same API.</summary>
    public static void MapConversationItems(this IEndpointRouteBuilder routes)
    {
        foreach (string prefix in ApiPrefixes.All)
        {
            routes.MapGet($"{prefix}/conversations/{{id}}/items", ListAsync).Describe(List);
            routes.MapPost($"{prefix}/conversations/{{id}}/items", CreateAsync).Describe(Create);
            routes.MapGet($"{prefix}/conversations/{{id}}/items/{{item}}", GetAsync).Describe(Get);
            routes.MapDelete($"{prefix}/conversations/{{id}}/items/{{item}}", DeleteAsync).Describe(Delete);
        }
    }

    private static async Task<JsonHttpResult<ResponseItemList>> ListAsync(string id, HttpContext context, ConversationArchive conversations)
    {
        StoredRange range = PageQuery.Read(QueryValues.Read(context.Request, List.Query));
        string? owner = Caller.Of(context);
        await conversations.FindAsync(owner, id);
        return StoredResponseEndpoints.ItemList(await conversations.ItemsAsync(owner, id, range) ?? throw PageQuery.NoSuchPlace());
    }

    private static async Task<JsonHttpResult<ResponseItemList>> CreateAsync(string id, HttpContext context, ConversationArchive conversations, ResponseArchive archive)
    {
        CreateItemsRequest request = await WireBody.ReadAsync<CreateItemsRequest>(context.Request, context.RequestAborted);
        string? owner = Caller.Of(context);
        await conversations.FindAsync(owner, id);
        var input = new ResponseInput(null, request.Items ?? throw ChatMapper.Missing("items"));
        IReadOnlyList<ResponseItem> items = await ItemReader.ReadAsync(input, item => archive.FindItemAsync(owner, item), "items");
        await conversations.AppendAsync(owner, id, items);
        return StoredResponseEndpoints.ItemList(new StoredPage<ResponseItem>(items, HasMore: false));
    }

    private static async Task<JsonHttpResult<ResponseItem>> GetAsync(string id, string item, HttpContext context, ConversationArchive conversations)
    {
        string? owner = Caller.Of(context);
        await conversations.FindAsync(owner, id);
        return TypedResults.Json(await conversations.FindItemAsync(owner, id, item), WireJson.For<ResponseItem>());
    }

    private static async Task<JsonHttpResult<Conversation>> DeleteAsync(string id, string item, HttpContext context, ConversationArchive conversations)
    {
        string? owner = Caller.Of(context);
        Conversation conversation = await conversations.FindAsync(owner, id);
        await conversations.DeleteItemAsync(owner, id, item);
        return ConversationEndpoints.Whole(conversation);
    }
}

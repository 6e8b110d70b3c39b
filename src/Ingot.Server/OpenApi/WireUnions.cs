using System.Text.Json.Nodes;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Completions;
using Ingot.Protocol.Embeddings;
using Ingot.Protocol.Responses;

namespace Ingot.Server.OpenApi;

/// <summary>The schemas of the types that have a converter of their own and so more than one form on the wire.</summary>
internal static class WireUnions
{
    private static readonly Dictionary<Type, Func<WireSchemas, bool, JsonObject>> Known = new()
    {
        [typeof(MessageContent)] = (schemas, isRead) => AnyOf(Text(), ListOf(schemas.Of(typeof(ContentPart), isRead))),
        [typeof(ResponseInput)] = (schemas, isRead) => AnyOf(Text(), ListOf(schemas.Of(typeof(ResponseItem), isRead))),
        [typeof(ResponseContent)] = (schemas, isRead) => AnyOf(Text(), ListOf(schemas.Of(typeof(ResponsePart), isRead))),
        [typeof(ConversationReference)] = (_, isRead) => isRead ? AnyOf(Text(), ObjectWithId()) : ObjectWithId(),
        [typeof(ChunkUsage)] = (schemas, isRead) => WireSchemas.OrNull(schemas.Of(typeof(Usage), isRead)),
        [typeof(StopSequences)] = (_, _) => AnyOf(Text(), ListOf(Text())),
        [typeof(EmbeddingVector)] = (_, _) => AnyOf(
            new JsonObject { ["type"] = "string", ["format"] = "byte" },
            ListOf(new JsonObject { ["type"] = "number", ["format"] = "float" })),
        [typeof(PromptInput)] = (_, _) => AnyOf(Text(), ListOf(Text()), ListOf(TokenId()), ListOf(ListOf(TokenId()))),
    };

    /// <summary>How to make a type's schema; null for a type without a converter.</summary>
    public static Func<WireSchemas, bool, JsonObject>? Find(Type type) => Known.GetValueOrDefault(type);

    // An empty list fits several of the forms, so exactly one would be wrong.
    private static JsonObject AnyOf(params JsonObject[] forms) => new() { ["anyOf"] = new JsonArray(forms) };

    private static JsonObject ListOf(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject ObjectWithId() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["id"] = Text() },
        ["required"] = new JsonArray("id"),
    };

    private static JsonObject TokenId() => new() { ["type"] = "integer", ["format"] = "int32" };
}

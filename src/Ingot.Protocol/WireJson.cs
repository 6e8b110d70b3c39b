using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Completions;
using Ingot.Protocol.Conversations;
using Ingot.Protocol.Embeddings;
using Ingot.Protocol.Errors;
using Ingot.Protocol.Foundry;
using Ingot.Protocol.Models;
using Ingot.Protocol.Responses;
using Ingot.Protocol.Tokens;

namespace Ingot.Protocol;

/// <summary>
/// The one set of JSON rules of the wire: snake-case names, unknown fields refused, absent optional fields left out,
/// depth bounded, text written as it is rather than as <c>\u</c> escapes. Source-generated; nothing here reflects.
/// </summary>
public static class WireJson
{
    /// <summary>How deeply a request may nest. A JSON Schema in a tool definition is the deepest honest case.</summary>
    public const int MaxDepth = 64;

    /// <summary>How deeply what tells back parts of a request may nest: those lie deeper in it than in the request.</summary>
    public const int MaxEventDepth = MaxDepth + 8;

    /// <summary>The read-only rules; the same instance for everybody.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>The rules as they apply to <typeparamref name="T"/>, a type of this project.</summary>
    public static JsonTypeInfo<T> For<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>The rules as they apply to <typeparamref name="T"/>, nesting as deeply as <see cref="MaxEventDepth"/>.</summary>
    public static JsonTypeInfo<T> Deep<T>() => DeepRules<T>.Info;

    /// <summary>The rules as they apply to <typeparamref name="T"/>, but fields it does not know, itself and not its parts, are left out.</summary>
    public static JsonTypeInfo<T> Lenient<T>() => LenientRules<T>.Info;

    /// <summary>The rules as they apply to <typeparamref name="T"/>, with names in any letter case.</summary>
    /// <param name="allowUnknown">Whether fields it does not know, itself and not its parts, are left out.</param>
    public static JsonTypeInfo<T> AnyCase<T>(bool allowUnknown) => allowUnknown ? AnyCaseRules<T>.Lenient : AnyCaseRules<T>.Strict;

    private static JsonSerializerOptions CreateOptions(IJsonTypeInfoResolver? resolver = null, bool anyCase = false, int maxDepth = MaxDepth)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // Answers go to JSON parsers over HTTP, never into HTML: the relaxed encoder keeps "<" and "é" readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = maxDepth,
            PropertyNameCaseInsensitive = anyCase,
            AllowDuplicateProperties = !anyCase,
            TypeInfoResolver = resolver ?? WireJsonContext.Default,
        };
        options.MakeReadOnly();
        return options;
    }

    private static IJsonTypeInfoResolver LenientTo<T>() => WireJsonContext.Default.WithAddedModifier(info =>
    {
        if (info.Type == typeof(T))
            info.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
    });

    private static class DeepRules<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)CreateOptions(maxDepth: MaxEventDepth).GetTypeInfo(typeof(T));
    }

    private static class LenientRules<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)CreateOptions(LenientTo<T>()).GetTypeInfo(typeof(T));
    }

    private static class AnyCaseRules<T>
    {
        public static readonly JsonTypeInfo<T> Strict = (JsonTypeInfo<T>)CreateOptions(anyCase: true).GetTypeInfo(typeof(T));
        public static readonly JsonTypeInfo<T> Lenient = (JsonTypeInfo<T>)CreateOptions(LenientTo<T>(), anyCase: true).GetTypeInfo(typeof(T));
    }
}

/// <summary>Every type that crosses the wire as a whole body or event.</summary>
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatCompletionList))]
[JsonSerializable(typeof(ChatCompletionChunk))]
[JsonSerializable(typeof(ChatTokenCount))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(CreateConversationRequest))]
[JsonSerializable(typeof(CreateItemsRequest))]
[JsonSerializable(typeof(CreateResponseRequest))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(DetokenizeRequest))]
[JsonSerializable(typeof(Detokenized))]
[JsonSerializable(typeof(DownloadOutcome))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(EmbeddingList))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(InputTokenCount))]
[JsonSerializable(typeof(ModelAction))]
[JsonSerializable(typeof(ModelDownloadRequest))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelObject))]
[JsonSerializable(typeof(RegisterProviderRequest))]
[JsonSerializable(typeof(ResponseEvent))]
[JsonSerializable(typeof(ResponseItemList))]
[JsonSerializable(typeof(ResponseObject))]
[JsonSerializable(typeof(ServiceHealth))]
[JsonSerializable(typeof(ServiceStatus))]
[JsonSerializable(typeof(StoredChatMessage))]
[JsonSerializable(typeof(StoredMessageList))]
[JsonSerializable(typeof(TokenizeRequest))]
[JsonSerializable(typeof(Tokenized))]
[JsonSerializable(typeof(UpdateMetadataRequest))]
[JsonSerializable(typeof(Usage))]
[JsonSerializable(typeof(WebServiceStatus))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
[JsonSerializable(typeof(IReadOnlyList<FoundryModel>))]
[JsonSerializable(typeof(IReadOnlyList<LoadedModelInfo>))]
[JsonSerializable(typeof(IReadOnlyList<ReplicaInfo>))]
[JsonSerializable(typeof(IReadOnlyList<ResponseEvent>))]
[JsonSerializable(typeof(IReadOnlyList<ResponseItem>))]
[JsonSerializable(typeof(IReadOnlyList<ResponsePart>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class WireJsonContext : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Responses;

/// <summary>A function the model may call.</summary>
public sealed record ResponseTool
{
    /// <summary>Only <c>function</c> is done. Needed.</summary>
    [Words("function", OthersAreUnsupported = "only tools of type 'function' are done")]
    public string? Type { get; init; }

    /// <summary>1 to 64 of letters, digits, <c>_</c> and <c>-</c>. Needed.</summary>
    [TextPattern("^[a-zA-Z0-9_-]{1,64}$", "1 to 64 letters, digits, underscores or dashes")]
    public string? Name { get; init; }

    /// <summary>What it does, for the model to read.</summary>
    public string? Description { get; init; }

    /// <summary>JSON Schema of the arguments; absent means no arguments.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether a schema that cannot be enforced is refused; default false: then any object may come in its place.</summary>
    public bool? Strict { get; init; }

    /// <summary>Whatever else the tool has; refused by its type, or else by the first name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>What the answer's text must be.</summary>
public sealed record ResponseText
{
    /// <summary>Its form; absent means free text.</summary>
    public ResponseTextFormat? Format { get; init; }

    /// <summary>Only <c>medium</c>: local models have no switch for it.</summary>
    [Words("medium", OthersAreUnsupported = "models here have no switch for it; only 'medium' is done")]
    public string? Verbosity { get; init; }
}

/// <summary>The form of an answer's text.</summary>
public sealed record ResponseTextFormat
{
    /// <summary><c>text</c>, <c>json_object</c>, <c>json_schema</c> or <c>lark_grammar</c>. Needed.</summary>
    [Words("text", "json_object", "json_schema", "lark_grammar")]
    public string? Type { get; init; }

    /// <summary>For <c>json_schema</c>: 1 to 64 of letters, digits, <c>_</c> and <c>-</c>.</summary>
    [TextPattern("^[a-zA-Z0-9_-]{1,64}$", "1 to 64 letters, digits, underscores or dashes")]
    public string? Name { get; init; }

    /// <summary>For <c>json_schema</c>: what it is for. Not used.</summary>
    public string? Description { get; init; }

    /// <summary>For <c>json_schema</c>: the schema.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>For <c>json_schema</c>: whether the schema must be of the strict kind; default false. It is enforced either way.</summary>
    public bool? Strict { get; init; }

    /// <summary>For <c>lark_grammar</c>: the grammar's text.</summary>
    public string? LarkGrammar { get; init; }
}

/// <summary>How a model thinks before it answers.</summary>
public sealed record ResponseReasoning
{
    /// <summary>How much to think, for models whose template has a switch; absent or null leaves it to the model.</summary>
    [Words("none", "minimal", "low", "medium", "high", "xhigh")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Effort { get; init; }

    /// <summary>Only <c>auto</c>: no summaries are made, since thinking is told in full.</summary>
    [Words("auto", OthersAreUnsupported = "thinking is told in full and not summarised; only 'auto' is done")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Summary { get; init; }

    /// <summary>The older name of <see cref="Summary"/>.</summary>
    [Words("auto", OthersAreUnsupported = "thinking is told in full and not summarised; only 'auto' is done")]
    public string? GenerateSummary { get; init; }
}

/// <summary>Options of a streamed response.</summary>
public sealed record ResponseStreamOptions
{
    /// <summary>OpenAI's padding against traffic analysis; accepted when false.</summary>
    public bool? IncludeObfuscation { get; init; }
}

/// <summary>A conversation, named by its id: on the wire the id itself or an object that holds it.</summary>
/// <param name="Id"><c>conv_…</c>.</param>
[JsonConverter(typeof(ConversationReferenceConverter))]
public sealed record ConversationReference(string Id);

/// <summary>Reads an id or an object with one; writes the object.</summary>
internal sealed class ConversationReferenceConverter : JsonConverter<ConversationReference>
{
    /// <inheritdoc/>
    public override ConversationReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new ConversationReference(reader.GetString()!);
        string? id = null;
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        while (isObject && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            id = isId && id is null && reader.TokenType == JsonTokenType.String ? reader.GetString() : throw Unexpected();
        }

        return new ConversationReference(id ?? throw Unexpected());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ConversationReference value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, value.Id);
        writer.WriteEndObject();
    }

    private static JsonException Unexpected() => new("expected a conversation's id or an object with its id");
}

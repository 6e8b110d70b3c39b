using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Chat;

/// <summary>A message's content: on the wire either a string or a list of typed parts.</summary>
/// <param name="Parts">The parts; a plain string is one <c>text</c> part.</param>
[TextOrList(typeof(ContentPart))]
[JsonConverter(typeof(MessageContentConverter))]
public sealed record MessageContent(IReadOnlyList<ContentPart?> Parts) : ITextOrList
{
    /// <inheritdoc/>
    IReadOnlyList<object?> ITextOrList.Entries => Parts;

    /// <summary>Content that is one piece of text.</summary>
    public static MessageContent FromText(string text) => new([new ContentPart { Type = "text", Text = text }]);
}

/// <summary>One part of a message.</summary>
public sealed record ContentPart
{
    /// <summary><c>text</c> or <c>refusal</c>; images and sound are refused by name.</summary>
    [Words("text", "refusal", OthersAreUnsupported = "only parts of type 'text' are done by this service")]
    public string? Type { get; init; }

    /// <summary>The text of a <c>text</c> part.</summary>
    public string? Text { get; init; }

    /// <summary>The text of a <c>refusal</c> part.</summary>
    public string? Refusal { get; init; }

    /// <summary>An image; refused.</summary>
    public JsonElement? ImageUrl { get; init; }

    /// <summary>Sound; refused.</summary>
    public JsonElement? InputAudio { get; init; }

    /// <summary>A file; refused.</summary>
    public JsonElement? File { get; init; }

    /// <summary>Whatever else the part has; refused by its type, or else by the first name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>Reads a string or an array of parts; writes the shorter of the two.</summary>
internal sealed class MessageContentConverter : JsonConverter<MessageContent>
{
    /// <inheritdoc/>
    public override MessageContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => MessageContent.FromText(reader.GetString()!),
            JsonTokenType.StartArray => new MessageContent(ReadParts(ref reader, options)),
            _ => throw new JsonException("expected a string or an array of content parts"),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MessageContent value, JsonSerializerOptions options)
    {
        if (value.Parts is [{ Type: "text", Text: { } text }])
        {
            writer.WriteStringValue(text);
            return;
        }

        JsonSerializer.Serialize(writer, value.Parts, options.GetTypeInfo(typeof(IReadOnlyList<ContentPart>)));
    }

    private static IReadOnlyList<ContentPart> ReadParts(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        try
        {
            return (IReadOnlyList<ContentPart>)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(IReadOnlyList<ContentPart>)))!;
        }
        catch (JsonException exception)
        {
            // The path starts anew in here; whoever reports the place needs both halves of it.
            throw new JsonException("expected content parts", exception);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Responses;

/// <summary>What a response is made of: on the wire a string, which is one message of the user, or a list of items.</summary>
/// <param name="Text">The string; null when items were given.</param>
/// <param name="Items">The items, oldest first; null when a string was given.</param>
[TextOrList(typeof(ResponseItem))]
[JsonConverter(typeof(ResponseInputConverter))]
public sealed record ResponseInput(string? Text, IReadOnlyList<ResponseItem?>? Items) : ITextOrList
{
    /// <inheritdoc/>
    IReadOnlyList<object?> ITextOrList.Entries => Items ?? (IReadOnlyList<object?>)[Text];
}

/// <summary>What an item says: on the wire a string or a list of typed parts.</summary>
/// <param name="Text">The string; null when parts were given.</param>
/// <param name="Parts">The parts; null when a string was given.</param>
[TextOrList(typeof(ResponsePart))]
[JsonConverter(typeof(ResponseContentConverter))]
public sealed record ResponseContent(string? Text, IReadOnlyList<ResponsePart?>? Parts) : ITextOrList
{
    /// <inheritdoc/>
    IReadOnlyList<object?> ITextOrList.Entries => Parts ?? (IReadOnlyList<object?>)[Text];

    /// <summary>Content of these parts.</summary>
    public static ResponseContent Of(params IReadOnlyList<ResponsePart> parts) => new(null, parts);
}

/// <summary>Reads and writes a string or an array of items.</summary>
internal sealed class ResponseInputConverter : JsonConverter<ResponseInput>
{
    /// <inheritdoc/>
    public override ResponseInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new ResponseInput(reader.GetString(), null)
            : new ResponseInput(null, TextOrListReader.ReadList<ResponseItem>(ref reader, options, "items"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResponseInput value, JsonSerializerOptions options) =>
        TextOrListReader.Write(writer, value.Text, value.Items, options);
}

/// <summary>Reads and writes a string or an array of parts.</summary>
internal sealed class ResponseContentConverter : JsonConverter<ResponseContent>
{
    /// <inheritdoc/>
    public override ResponseContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new ResponseContent(reader.GetString(), null)
            : new ResponseContent(null, TextOrListReader.ReadList<ResponsePart>(ref reader, options, "content parts"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ResponseContent value, JsonSerializerOptions options) =>
        TextOrListReader.Write(writer, value.Text, value.Parts, options);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Protocol.Chat;

/// <summary>Texts that end an answer: on the wire a string or a list of strings.</summary>
/// <param name="Values">The texts in the order given.</param>
[JsonConverter(typeof(StopSequencesConverter))]
public sealed record StopSequences(IReadOnlyList<string> Values);

/// <summary>Reads a string or an array of strings; writes an array.</summary>
internal sealed class StopSequencesConverter : JsonConverter<StopSequences>
{
    /// <inheritdoc/>
    public override StopSequences Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new StopSequences([reader.GetString()!]);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("expected a string or an array of strings");

        var values = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("expected a string"));
        return new StopSequences(values);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, StopSequences value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string text in value.Values)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingot.Protocol.Completions;

/// <summary>
/// Texts to continue: on the wire a string, an array of strings, an array of token ids, or an array of such arrays.
/// </summary>
/// <param name="Items">One entry a prompt, in the order given. None for an empty array.</param>
[JsonConverter(typeof(PromptInputConverter))]
public sealed record PromptInput(IReadOnlyList<PromptItem> Items);

/// <summary>One text to continue: either characters or tokens.</summary>
/// <param name="Text">The text; null when it was given as tokens.</param>
/// <param name="Tokens">The token ids; null when it was given as text.</param>
public sealed record PromptItem(string? Text, IReadOnlyList<int>? Tokens)
{
    /// <summary>A prompt given as text.</summary>
    public static PromptItem FromText(string text) => new(text, null);

    /// <summary>A prompt given as tokens.</summary>
    public static PromptItem FromTokens(IReadOnlyList<int> tokens) => new(null, tokens);
}

/// <summary>Reads any of the four forms; writes an array of strings and arrays of token ids.</summary>
internal sealed class PromptInputConverter : JsonConverter<PromptInput>
{
    /// <inheritdoc/>
    public override PromptInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new PromptInput([PromptItem.FromText(reader.GetString()!)]);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unexpected();

        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.EndArray => new PromptInput([]),
            JsonTokenType.Number => new PromptInput([PromptItem.FromTokens(ReadTokens(ref reader))]),
            _ => new PromptInput(ReadItems(ref reader)),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PromptInput value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (PromptItem item in value.Items)
        {
            if (item.Text is { } text)
                writer.WriteStringValue(text);
            else
                WriteTokens(writer, item.Tokens ?? []);
        }

        writer.WriteEndArray();
    }

    private static List<PromptItem> ReadItems(ref Utf8JsonReader reader)
    {
        JsonTokenType kind = reader.TokenType;
        var items = new List<PromptItem>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType != kind)
                throw Unexpected();
            items.Add(ReadItem(ref reader));
        }

        return items;
    }

    private static PromptItem ReadItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return PromptItem.FromText(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Unexpected();
        reader.Read();
        return PromptItem.FromTokens(ReadTokens(ref reader));
    }

    /// <summary>Reads from the first element to the end of the array.</summary>
    private static List<int> ReadTokens(ref Utf8JsonReader reader)
    {
        var tokens = new List<int>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int token))
                throw Unexpected();
            tokens.Add(token);
        }

        return tokens;
    }

    private static void WriteTokens(Utf8JsonWriter writer, IReadOnlyList<int> tokens)
    {
        writer.WriteStartArray();
        foreach (int token in tokens)
            writer.WriteNumberValue(token);
        writer.WriteEndArray();
    }

    private static JsonException Unexpected() => new("expected a string, an array of strings, an array of token ids, or an array of such arrays");
}

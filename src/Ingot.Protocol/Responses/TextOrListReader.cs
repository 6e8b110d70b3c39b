using System.Text.Json;

namespace Ingot.Protocol.Responses;

/// <summary>Reads and writes what is either one text or a list.</summary>
internal static class TextOrListReader
{
    /// <summary>Reads the list where a text would be allowed as well.</summary>
    public static IReadOnlyList<T?> ReadList<T>(ref Utf8JsonReader reader, JsonSerializerOptions options, string entries)
        where T : class
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"expected a string or an array of {entries}");
        try
        {
            return (IReadOnlyList<T?>)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(IReadOnlyList<T>)))!;
        }
        catch (JsonException exception)
        {
            // The path starts anew in here; whoever reports the place needs both halves of it.
            throw new JsonException($"expected {entries}", exception);
        }
    }

    /// <summary>Writes the text, or the list where there is none.</summary>
    public static void Write<T>(Utf8JsonWriter writer, string? text, IReadOnlyList<T?>? list, JsonSerializerOptions options)
        where T : class
    {
        if (text is not null)
            writer.WriteStringValue(text);
        else
            JsonSerializer.Serialize(writer, list ?? [], options.GetTypeInfo(typeof(IReadOnlyList<T>)));
    }
}

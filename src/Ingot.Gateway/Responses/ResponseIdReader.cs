using System.Text.Json;

namespace Ingot.Gateway.Responses;

/// <summary>Finds a response's id in the beginning of what a provider sends: in its own field and nowhere else, for a caller's words are in it, too.</summary>
internal static class ResponseIdReader
{
    /// <summary>The id of a response, one object or told in events; null where it has none, or not yet.</summary>
    /// <param name="text">The beginning of what is sent.</param>
    public static string? Find(ReadOnlySpan<byte> text) => text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? Read(text, isEvent: false) : InEvents(text);

    private static string? InEvents(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            if (line.StartsWith("data:"u8) && Read(line["data:"u8.Length..], isEvent: true) is { } id)
                return id;
            text = end < 0 ? default : text[(end + 1)..];
        }

        return null;
    }

    private static string? Read(ReadOnlySpan<byte> text, bool isEvent)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader, isEvent) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? ReadObject(ref Utf8JsonReader reader, bool isEvent)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isWanted = reader.ValueTextEquals(isEvent ? "response"u8 : "id"u8);
            if (!reader.Read())
                return null;
            if (isWanted && isEvent && reader.TokenType == JsonTokenType.StartObject)
                return ReadObject(ref reader, isEvent: false);
            if (isWanted && !isEvent && reader.TokenType == JsonTokenType.String)
                return reader.GetString();
            if (!reader.TrySkip())
                return null;
        }

        return null;
    }
}

using System.Text.Json;

namespace Ingot.Gateway.Forwarding;

/// <summary>Finds what an answer says it used, in a piece of it.</summary>
internal static class UsageText
{
    /// <summary>Prompt and answer together, in tokens, by the last <c>usage</c> of a piece of text; null where there is none.</summary>
    public static long? TokensIn(ReadOnlySpan<byte> text)
    {
        // Within a text of JSON the quotes would be escaped: this is a field's name.
        int at;
        while ((at = text.LastIndexOf("\"usage\""u8)) >= 0)
        {
            if (Read(text[at..]) is { } tokens)
                return tokens;
            text = text[..at];
        }

        return null;
    }

    private static long? Read(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> value = field["\"usage\""u8.Length..].TrimStart(" \t\r\n"u8);
        if (value is not [(byte)':', ..])
            return null;
        var reader = new Utf8JsonReader(value[1..], isFinalBlock: false, default);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? ReadObject(ref Utf8JsonReader reader)
    {
        (long? total, long parts, bool hasParts) = (null, 0, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isTotal = reader.ValueTextEquals("total_tokens"u8);
            bool isPart = reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("completion_tokens"u8)
                || reader.ValueTextEquals("input_tokens"u8) || reader.ValueTextEquals("output_tokens"u8);
            if (!reader.Read())
                return null;
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0)
            {
                total = isTotal ? number : total;
                parts += isPart ? number : 0;
                hasParts |= isPart;
            }

            if (!reader.TrySkip())
                return null;
        }

        return total ?? (hasParts ? parts : null);
    }
}

using System.Text.Json;

namespace Ingot.Service.Chat.Parsing;

/// <summary>Reads what models write between tool-call markers: a JSON object or an array of them, each with a name and arguments.</summary>
internal static class ToolCallText
{
    /// <summary>The calls, or null when the text is anything else.</summary>
    internal static IReadOnlyList<OutputPart.Call>? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array)
                return ReadCall(root) is { } call ? [call] : null;
            var calls = root.EnumerateArray().Select(ReadCall).OfType<OutputPart.Call>().ToList();
            return calls.Count > 0 && calls.Count == root.GetArrayLength() ? calls : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape, parses and fails when it is read.
            return null;
        }
    }

    /// <summary>Whether a text is one JSON object.</summary>
    internal static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static OutputPart.Call? ReadCall(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String || name.GetString() is not { Length: > 0 } function)
            return null;
        if (!element.TryGetProperty("arguments", out var arguments) && !element.TryGetProperty("parameters", out arguments))
            return new OutputPart.Call(function, "{}");
        return arguments.ValueKind switch
        {
            JsonValueKind.Object => new OutputPart.Call(function, arguments.GetRawText()),
            JsonValueKind.Null => new OutputPart.Call(function, "{}"),
            JsonValueKind.String when IsObject(arguments.GetString()!) => new OutputPart.Call(function, arguments.GetString()!),
            _ => null,
        };
    }
}

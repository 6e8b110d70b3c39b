using System.Text.Json;
using Ingot.Service.Chat.Parsing;

namespace Ingot.Service.Chat.Calls;

/// <summary>
/// Reads the calls that models write without being held to a form: in their format, or as a JSON object or an array of them,
/// each with a name and arguments.
/// </summary>
internal static class CallText
{
    /// <summary>The calls of a block, or null when the text is anything else.</summary>
    /// <param name="format">How the calls are written.</param>
    /// <param name="opening">What opened the block.</param>
    /// <param name="body">What came then.</param>
    /// <param name="closing">What closed it; nothing where no marker did.</param>
    /// <param name="isOver">Whether the output is over: then the block may be unfinished behind its last call.</param>
    internal static IReadOnlyList<OutputPart.Call>? Read(CallFormat format, string opening, string body, string closing, bool isOver = false)
    {
        List<OutputPart> parts = [];
        var walk = new CallWalk(format);
        var block = opening + body + closing;
        var isRead = walk.Read(block, parts) == block.TrimEnd().Length && (walk.IsDone || (isOver && walk.IsBetweenCalls));
        return isRead && Join(parts) is { } calls && calls.All(call => IsObject(call.Arguments)) ? calls : ReadJson(body);
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

    private static List<OutputPart.Call> Join(List<OutputPart> parts)
    {
        List<OutputPart.Call> calls = [];
        foreach (var part in parts)
        {
            if (part is OutputPart.CallStart start)
                calls.Add(new OutputPart.Call(start.Name, ""));
            else if (part is OutputPart.CallArguments more)
                calls[^1] = calls[^1] with { Arguments = calls[^1].Arguments + more.Value };
        }

        return calls;
    }

    private static List<OutputPart.Call>? ReadJson(string text)
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

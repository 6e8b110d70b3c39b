using System.Text;
using System.Text.Json;
using Ingot.Engine;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Reads a service's streamed answer: events of <c>data:</c> lines, each a chunk of the answer, <c>[DONE]</c> the last.</summary>
internal sealed class ServiceStream(Stream stream) : IDisposable
{
    /// <summary>Beyond this a line is no chunk of an answer.</summary>
    private const int LongestLine = 4 << 20;

    private readonly StreamReader _lines = new(stream, Encoding.UTF8);
    private readonly StringBuilder _line = new();
    private readonly char[] _buffer = new char[4096];
    private int _next;
    private int _filled;

    /// <summary>The next chunk's updates; null after the last.</summary>
    /// <exception cref="FoundryLocalException">The service broke off, or sent something else.</exception>
    public async ValueTask<IReadOnlyList<ChatUpdate>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await LineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
                continue;
            string data = line[5..].Trim();
            return data == "[DONE]" ? null : ToUpdates(data);
        }

        throw new FoundryLocalException("The service broke off before the answer was complete.");
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _lines.Dispose();

    /// <summary>What an error body says; null for what is none.</summary>
    public static string? MessageOf(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? MessageOf(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? MessageOf(JsonElement body) =>
        body.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object ? Text(error, "message") : null;

    private static List<ChatUpdate> ToUpdates(string data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            JsonElement chunk = document.RootElement;
            if (MessageOf(chunk) is { } message)
                throw new FoundryLocalException($"The service ended the answer: {message}");
            List<ChatUpdate> updates = [];
            if (chunk.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement choice in choices.EnumerateArray())
                    Add(choice, updates);
            }

            if (chunk.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object)
                updates.Add(ToUsage(usage));
            return updates;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new FoundryLocalException($"The service sent a chunk that is not known here: {exception.Message}", exception);
        }
    }

    private static void Add(JsonElement choice, List<ChatUpdate> updates)
    {
        int index = Number(choice, "index");
        if (choice.TryGetProperty("delta", out JsonElement delta) && delta.ValueKind == JsonValueKind.Object)
        {
            if (Text(delta, "reasoning_content") is { Length: > 0 } thought)
                updates.Add(new ReasoningDelta(index, thought));
            if (Text(delta, "content") is { Length: > 0 } text)
                updates.Add(new TextDelta(index, text));
            if (delta.TryGetProperty("tool_calls", out JsonElement calls) && calls.ValueKind == JsonValueKind.Array)
                updates.AddRange(calls.EnumerateArray().Select(call => ToCall(call, index)));
        }

        if (Text(choice, "finish_reason") is { } reason)
            updates.Add(new Finished(index, reason switch { "length" => ChatFinish.Length, "tool_calls" => ChatFinish.ToolCalls, _ => ChatFinish.Stop }));
    }

    private static ToolCallDelta ToCall(JsonElement call, int choice)
    {
        JsonElement function = call.TryGetProperty("function", out JsonElement given) && given.ValueKind == JsonValueKind.Object ? given : default;
        bool hasFunction = function.ValueKind == JsonValueKind.Object;
        return new ToolCallDelta(
            choice,
            Number(call, "index"),
            Text(call, "id"),
            hasFunction ? Text(function, "name") : null,
            (hasFunction ? Text(function, "arguments") : null) ?? "");
    }

    private static UsageUpdate ToUsage(JsonElement usage) => new(
        new TokenUsage(Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"), Detail(usage, "prompt_tokens_details", "cached_tokens")),
        Detail(usage, "completion_tokens_details", "reasoning_tokens"));

    private static int Detail(JsonElement usage, string group, string field) =>
        usage.TryGetProperty(group, out JsonElement details) && details.ValueKind == JsonValueKind.Object ? Number(details, field) : 0;

    private static string? Text(JsonElement holder, string field) =>
        holder.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement holder, string field) =>
        holder.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

    // StreamReader's own ReadLineAsync knows no bound.
    private async ValueTask<string?> LineAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        while (true)
        {
            if (_next == _filled)
            {
                (_next, _filled) = (0, await _lines.ReadAsync(_buffer, cancellationToken));
                if (_filled == 0)
                    return null;
            }

            int end = Array.IndexOf(_buffer, '\n', _next, _filled - _next);
            _line.Append(_buffer, _next, (end < 0 ? _filled : end) - _next);
            if (_line.Length > LongestLine)
                throw new FoundryLocalException("The service sent a line that is too long to be a chunk of an answer.");
            _next = end < 0 ? _filled : end + 1;
            if (end >= 0)
                return _line.ToString().TrimEnd('\r');
        }
    }
}

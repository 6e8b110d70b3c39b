using Ingot.Errors;
using Ingot.Protocol.Responses;
using Ingot.Server.Mapping;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>
/// Makes the messages of a conversation out of items that have been read: thinking, text and calls that follow each other are one
/// message of the assistant. Every call has its output before anything else is said, and every output its call: chat templates show
/// them as they stand, and a model takes a loose end for the way it should go on.
/// </summary>
internal sealed class ItemMessages
{
    private readonly List<TurnMessage> _messages = [];
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private TurnMessage? _assistant;

    /// <summary>Maps items.</summary>
    /// <param name="instructions">What comes before everything else; null when nothing does.</param>
    /// <param name="earlier">What was said before this request.</param>
    /// <param name="input">What this request adds.</param>
    public static IReadOnlyList<TurnMessage> Of(string? instructions, IReadOnlyList<ResponseItem> earlier, IReadOnlyList<ResponseItem> input)
    {
        var builder = new ItemMessages();
        if (instructions is not null)
            builder._messages.Add(new TurnMessage { Role = TurnRole.System, Text = instructions });
        foreach (ResponseItem item in earlier)
            builder.Add(item, "input");
        foreach ((int index, ResponseItem item) in input.Index())
            builder.Add(item, $"input[{index}]");
        builder.EndCalls("input");
        builder.EndAssistant();
        return builder._messages;
    }

    private void Add(ResponseItem item, string path)
    {
        switch (item.Type)
        {
            case "function_call_output":
                EndAssistant();
                if (!_open.Remove(item.CallId!))
                    throw ChatMapper.Invalid($"{path}.call_id", $"is '{item.CallId}', but no function call before it has that id and waits for its output");
                _messages.Add(new TurnMessage { Role = TurnRole.Tool, Text = TextOf(item.Output!), ToolCallId = item.CallId });
                break;
            case "function_call":
                if (!_open.Add(item.CallId!))
                    throw ChatMapper.Invalid($"{path}.call_id", $"is '{item.CallId}', as that of another call that waits for its output");
                TurnMessage calling = Assistant();
                _assistant = calling with { ToolCalls = [.. calling.ToolCalls, new TurnToolCall(item.CallId!, item.Name!, item.Arguments!)] };
                break;
            case "reasoning":
                StartAnew(path, _assistant is { Text: null, ToolCalls: [] });
                string thought = TextOf(item.Content is { Parts: { Count: > 0 } } content ? content : new ResponseContent(null, item.Summary));
                _assistant = Assistant() with { Reasoning = _assistant?.Reasoning + thought };
                break;
            case "message" when item.Role == "assistant":
                StartAnew(path, _assistant is { Text: null });
                _assistant = Assistant() with { Text = TextOf(item.Content!) };
                break;
            default:
                EndCalls(path);
                EndAssistant();
                _messages.Add(new TurnMessage { Role = RoleOf(item.Role), Text = TextOf(item.Content!) });
                break;
        }
    }

    // What is said between a call and its output belongs to the message that calls.
    private void StartAnew(string path, bool goesOn)
    {
        if (goesOn)
            return;
        EndCalls(path);
        EndAssistant();
    }

    private TurnMessage Assistant() => _assistant ?? new TurnMessage { Role = TurnRole.Assistant };

    private void EndAssistant()
    {
        // Thinking that led to nothing said is nothing to show.
        if (_assistant is { } message && (message.Text is not null || message.ToolCalls.Count > 0))
            _messages.Add(message);
        _assistant = null;
    }

    private void EndCalls(string path)
    {
        if (_open.Count > 0)
            throw new IngotException(ErrorCode.InvalidValue, $"No tool output found for function call '{_open.First()}'.", path);
    }

    private static string TextOf(ResponseContent content) => content.Text ?? string.Concat(content.Parts!.Select(part => part!.Text ?? part.Refusal));

    private static TurnRole RoleOf(string? role) => role switch
    {
        "user" => TurnRole.User,
        "system" => TurnRole.System,
        "developer" => TurnRole.Developer,
        _ => throw ChatMapper.Unreachable("role", role),
    };
}

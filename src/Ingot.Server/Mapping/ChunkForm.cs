using System.Text;
using System.Text.Json;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Server.Http;

namespace Ingot.Server.Mapping;

/// <summary>
/// Writes the chunks of one answer that carry text and nothing else, which is nearly all: between two of the same choice only the text
/// differs, so that the rest is made into JSON once.
/// </summary>
internal sealed class ChunkForm : IEventForm<ChatCompletionChunk>
{
    private readonly Dictionary<int, (byte[] Before, byte[] After)> _frames = [];

    /// <inheritdoc/>
    public bool TryWrite(ChatCompletionChunk told, EventWriter events)
    {
        if (told.Usage is { Counts: not null } || told.Choices.Count != 1 || told.Choices[0] is not { Logprobs: null, FinishReason: null, Delta: { Content: { } text } delta } choice)
            return false;
        if (delta is not { Role: null, ReasoningContent: null, ToolCalls: null, FunctionCall: null })
            return false;
        if (!_frames.TryGetValue(choice.Index, out (byte[] Before, byte[] After) frame))
            _frames.Add(choice.Index, frame = FrameOf(told, choice));
        events.Write(frame.Before, text, frame.After);
        return true;
    }

    private static (byte[] Before, byte[] After) FrameOf(ChatCompletionChunk told, ChunkChoice choice)
    {
        // A text that nothing else in the chunk can hold.
        string mark = $"{Guid.NewGuid():N}";
        ChatCompletionChunk marked = told with { Choices = [choice with { Delta = choice.Delta with { Content = mark } }] };
        string json = JsonSerializer.Serialize(marked, WireJson.For<ChatCompletionChunk>());
        string[] parts = json.Split($"\"{mark}\"");
        return (Encoding.UTF8.GetBytes($"data: {parts[0]}"), Encoding.UTF8.GetBytes($"{parts[1]}\n\n"));
    }
}

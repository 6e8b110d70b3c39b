using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Service.Chat;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat;

/// <summary>What another implementation answered with the shipped model; <c>tests/oracles/greedy</c> records it.</summary>
/// <param name="MaxTokens">The most tokens of an answer.</param>
/// <param name="Weights">SHA-256 of the model's weights, lower-case hexadecimal.</param>
/// <param name="Prompts">The conversations.</param>
public sealed record GreedyRecording(string Oracle, int MaxTokens, string Weights, IReadOnlyList<GreedyPrompt> Prompts)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static GreedyRecording Read() =>
        JsonSerializer.Deserialize<GreedyRecording>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "greedy.json")), Json)!;
}

/// <summary>One conversation, its prompt and its answer.</summary>
/// <param name="Prompt">The prompt's token ids.</param>
/// <param name="Tokens">The answer's, without the end token.</param>
/// <param name="IsEnded">Whether the answer ended by itself.</param>
/// <param name="Second">For every step, the end token's included, the token that was second most likely.</param>
/// <param name="Gap">For every step, how far the second token's logit was behind.</param>
public sealed record GreedyPrompt(
    IReadOnlyList<GreedyMessage> Messages,
    IReadOnlyList<GreedyTool>? Tools,
    IReadOnlyList<int> Prompt,
    IReadOnlyList<int> Tokens,
    string Text,
    bool IsEnded,
    IReadOnlyList<int> Second,
    IReadOnlyList<double> Gap)
{
    public ChatTurn ToTurn() => new()
    {
        Model = ShippedModel.Name,
        Messages = [.. Messages.Select(message => message.ToMessage())],
        Tools = [.. (Tools ?? []).Select(tool => new ToolDefinition(tool.Function.Name, tool.Function.Description, tool.Function.Parameters))],
    };
}

public sealed record GreedyMessage(
    TurnRole Role,
    string Content,
    [property: JsonPropertyName("tool_calls")] IReadOnlyList<GreedyCall>? ToolCalls,
    [property: JsonPropertyName("tool_call_id")] string? ToolCallId)
{
    public TurnMessage ToMessage() => new()
    {
        Role = Role,
        Text = Content,
        ToolCallId = ToolCallId,
        ToolCalls = [.. (ToolCalls ?? []).Select(call => new TurnToolCall(call.Id, call.Function.Name, call.Function.Arguments!.Value.GetRawText()))],
    };
}

public sealed record GreedyCall(string Id, GreedyFunction Function);

public sealed record GreedyTool(GreedyFunction Function);

public sealed record GreedyFunction(string Name, string? Description, JsonElement? Parameters, JsonElement? Arguments);

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Completions;
using Ingot.Protocol.Embeddings;
using Ingot.Service.Chat;
using Ingot.Service.Embeddings;

namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>Writes turns as requests to a service that runs.</summary>
internal static class ServiceRequests
{
    /// <summary>A turn whose answer is streamed, with the counts at its end.</summary>
    public static ChatCompletionRequest ToRequest(ChatTurn turn) => new()
    {
        Model = turn.Model,
        Messages = [.. turn.Messages.Select(ToMessage)],
        Stream = true,
        StreamOptions = new StreamOptions { IncludeUsage = true },
        Tools = turn.Tools.Count == 0 ? null : [.. turn.Tools.Select(ToTool)],
        ToolChoice = turn.Tools.Count == 0 ? null : ToChoice(turn.ToolChoice),
        ParallelToolCalls = turn.Tools.Count == 0 || turn.ParallelToolCalls ? null : false,
        ResponseFormat = ToFormat(turn.ResponseFormat),
        MaxTokens = turn.MaxTokens,
        N = turn.Choices > 1 ? turn.Choices : null,
        Stop = turn.Stop.Count == 0 ? null : new StopSequences(turn.Stop),
        Temperature = turn.Sampling.Temperature,
        TopP = turn.Sampling.TopP,
        PresencePenalty = turn.Sampling.PresencePenalty,
        FrequencyPenalty = turn.Sampling.FrequencyPenalty,
        Seed = turn.Sampling.Seed,
        Metadata = ToMetadata(turn.Sampling),
        ReasoningEffort = turn.ReasoningEffort?.ToString().ToLowerInvariant(),
    };

    /// <summary>A turn for vectors.</summary>
    public static EmbeddingRequest ToRequest(EmbeddingTurn turn) => new()
    {
        Model = turn.Model,
        Input = new PromptInput([.. turn.Inputs.Select(input => input switch
        {
            EmbeddingInput.OfText text => PromptItem.FromText(text.Text),
            EmbeddingInput.OfTokens tokens => PromptItem.FromTokens(tokens.Tokens),
            _ => throw new ArgumentOutOfRangeException(nameof(turn), input, "has no wire form"),
        })]),
        Dimensions = turn.Dimensions,
    };

    // Where Foundry Local's services look for what OpenAI's fields do not have.
    private static Dictionary<string, string>? ToMetadata(SamplingSettings sampling)
    {
        var metadata = new Dictionary<string, string>();
        if (sampling.TopK is { } topK)
            metadata["top_k"] = topK.ToString(CultureInfo.InvariantCulture);
        if (sampling.Seed is { } seed and >= int.MinValue and <= int.MaxValue)
            metadata["random_seed"] = seed.ToString(CultureInfo.InvariantCulture);
        return metadata.Count == 0 ? null : metadata;
    }

    private static ChatMessage ToMessage(TurnMessage message) => new()
    {
        Role = message.Role.ToString().ToLowerInvariant(),
        Content = message.Text is null ? null : MessageContent.FromText(message.Text),
        Name = message.Name,
        ToolCallId = message.ToolCallId,
        ToolCalls = message.ToolCalls.Count == 0 ? null : [.. message.ToolCalls.Select(call => new ToolCall
        {
            Id = call.Id,
            Type = "function",
            Function = new FunctionCall { Name = call.Name, Arguments = call.Arguments },
        })],
        ReasoningContent = message.Reasoning,
    };

    private static Tool ToTool(ToolDefinition tool) => new()
    {
        Type = "function",
        Function = new FunctionDefinition
        {
            Name = tool.Name,
            Description = tool.Description,
            Parameters = tool.Parameters,
            Strict = tool.IsStrict ? true : null,
        },
    };

    private static JsonElement ToChoice(ToolChoice choice) => ToJson(choice switch
    {
        { AllowedNames: { } names } => new JsonObject
        {
            ["type"] = "allowed_tools",
            ["allowed_tools"] = new JsonObject
            {
                ["mode"] = choice.Kind == ToolChoiceKind.Required ? "required" : "auto",
                ["tools"] = new JsonArray([.. names.Select(Function)]),
            },
        },
        { Kind: ToolChoiceKind.Named, Name: { } name } => Function(name),
        { Kind: ToolChoiceKind.Required } => JsonValue.Create("required"),
        { Kind: ToolChoiceKind.None } => JsonValue.Create("none"),
        _ => JsonValue.Create("auto"),
    });

    private static JsonNode Function(string name) => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } };

    private static ResponseFormat? ToFormat(ChatResponseFormat format) => format.Kind switch
    {
        ChatResponseFormatKind.JsonObject => new ResponseFormat { Type = "json_object" },
        ChatResponseFormatKind.JsonSchema => new ResponseFormat
        {
            Type = "json_schema",
            JsonSchema = ToJson(new JsonObject { ["name"] = "answer", ["schema"] = JsonNode.Parse(format.Schema!.Value.GetRawText()) }),
        },
        ChatResponseFormatKind.LarkGrammar => new ResponseFormat { Type = "lark_grammar", LarkGrammar = format.Grammar },
        _ => null,
    };

    private static JsonElement ToJson(JsonNode node)
    {
        using JsonDocument document = JsonDocument.Parse(node.ToJsonString());
        return document.RootElement.Clone();
    }
}

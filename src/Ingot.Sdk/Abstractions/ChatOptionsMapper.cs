using System.Text.Json;
using Ingot.Service.Chat;
using Microsoft.Extensions.AI;
using AskedEffort = Microsoft.Extensions.AI.ReasoningEffort;
using TurnEffort = Ingot.Service.Chat.ReasoningEffort;
using TurnFormat = Ingot.Service.Chat.ChatResponseFormat;

namespace Microsoft.AI.Foundry.Local.Abstractions;

/// <summary>Turns messages and options into a turn. What is asked for and not done is refused by the option's name.</summary>
internal static class ChatOptionsMapper
{
    /// <summary>Maps them.</summary>
    /// <exception cref="FoundryLocalException">Something is not done here.</exception>
    public static ChatTurn ToTurn(string model, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        options ??= new ChatOptions();
        if (options.ConversationId is not null)
            throw new FoundryLocalException("ChatOptions.ConversationId is set, but conversations are not kept: send all messages with each request.");
        if (options.ContinuationToken is not null)
            throw new FoundryLocalException("ChatOptions.ContinuationToken is set, but answers cannot be taken up again.");

        ToolDefinition[] tools = [.. (options.Tools ?? []).Select(ToTool)];
        return new ChatTurn
        {
            Model = options.ModelId ?? model,
            Messages = ContentMapper.ToMessages(messages, options.Instructions),
            Tools = tools,
            ToolChoice = tools.Length == 0 ? ToolChoice.Auto : ToChoice(options.ToolMode, tools),
            ParallelToolCalls = options.AllowMultipleToolCalls ?? true,
            ResponseFormat = ToFormat(options.ResponseFormat),
            MaxTokens = options.MaxOutputTokens,
            Stop = [.. options.StopSequences ?? []],
            ReasoningEffort = ToEffort(options.Reasoning?.Effort),
            Sampling = new SamplingSettings
            {
                Temperature = options.Temperature,
                TopP = options.TopP,
                TopK = options.TopK,
                MinP = Number(options, "min_p"),
                RepetitionPenalty = Number(options, "repetition_penalty"),
                PresencePenalty = options.PresencePenalty,
                FrequencyPenalty = options.FrequencyPenalty,
                Seed = options.Seed,
            },
        };
    }

    private static ToolDefinition ToTool(AITool tool) => tool is AIFunctionDeclaration function
        ? new ToolDefinition(
            function.Name,
            function.Description.Length > 0 ? function.Description : null,
            function.JsonSchema,
            function.AdditionalProperties.TryGetValue("strict", out object? strict) && strict is true,
            $"tools['{function.Name}']")
        : throw new FoundryLocalException($"The tool '{tool.Name}' is a {tool.GetType().Name}; only functions are done here.");

    private static ToolChoice ToChoice(ChatToolMode? mode, ToolDefinition[] tools) => mode switch
    {
        null or AutoChatToolMode => ToolChoice.Auto,
        NoneChatToolMode => ToolChoice.None,
        RequiredChatToolMode { RequiredFunctionName: { } name } => tools.Any(tool => tool.Name == name)
            ? ToolChoice.Named(name)
            : throw new FoundryLocalException($"ChatOptions.ToolMode requires the function '{name}', which is not among the tools."),
        RequiredChatToolMode => ToolChoice.Required,
        _ => throw new FoundryLocalException($"ChatOptions.ToolMode is a {mode.GetType().Name}, which is not known here."),
    };

    private static TurnFormat ToFormat(Extensions.AI.ChatResponseFormat? format) => format switch
    {
        null or ChatResponseFormatText => TurnFormat.Text,
        ChatResponseFormatJson { Schema: { } schema } => TurnFormat.JsonSchema(schema, "ChatOptions.ResponseFormat"),
        ChatResponseFormatJson => TurnFormat.JsonObject,
        _ => throw new FoundryLocalException($"ChatOptions.ResponseFormat is a {format.GetType().Name}, which is not known here."),
    };

    private static TurnEffort? ToEffort(AskedEffort? effort) => effort switch
    {
        null => null,
        AskedEffort.None => TurnEffort.None,
        AskedEffort.Low => TurnEffort.Low,
        AskedEffort.Medium => TurnEffort.Medium,
        AskedEffort.High => TurnEffort.High,
        _ => TurnEffort.XHigh,
    };

    private static float? Number(ChatOptions options, string name)
    {
        object? value = null;
        options.AdditionalProperties?.TryGetValue(name, out value);
        return value switch
        {
            null => null,
            float number => number,
            double number => (float)number,
            int number => number,
            JsonElement { ValueKind: JsonValueKind.Number } number => number.GetSingle(),
            _ => throw new FoundryLocalException($"ChatOptions.AdditionalProperties['{name}'] is a {value.GetType().Name}; it must be a number."),
        };
    }
}

using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns messages and settings into a turn of the chat service.</summary>
internal static class TurnMapper
{
    /// <summary>Maps them.</summary>
    /// <exception cref="FoundryLocalException">There is no message, or one has an unknown role.</exception>
    public static ChatTurn ToTurn(string modelId, IEnumerable<ChatMessage> messages, OpenAIChatClient.ChatSettings settings)
    {
        TurnMessage[] mapped = [.. messages.Select(ToMessage)];
        if (mapped.Length == 0)
            throw new FoundryLocalException("A chat needs at least one message.");

        return new ChatTurn
        {
            Model = modelId,
            Messages = mapped,
            MaxTokens = settings.MaxTokens,
            Choices = settings.N ?? 1,
            Sampling = new SamplingSettings
            {
                Temperature = settings.Temperature,
                TopK = settings.TopK,
                TopP = settings.TopP,
                PresencePenalty = settings.PresencePenalty,
                FrequencyPenalty = settings.FrequencyPenalty,
                Seed = settings.RandomSeed,
            },
        };
    }

    private static TurnMessage ToMessage(ChatMessage message) => new()
    {
        Role = message.Role switch
        {
            "system" => TurnRole.System,
            "developer" => TurnRole.Developer,
            "user" => TurnRole.User,
            "assistant" => TurnRole.Assistant,
            "tool" => TurnRole.Tool,
            _ => throw new FoundryLocalException(
                $"Unknown message role '{message.Role}'; it must be system, developer, user, assistant or tool."),
        },
        Text = message.Content,
        Name = message.Name,
        ToolCallId = message.ToolCallId,
        ToolCalls = message.ToolCalls is null ? [] : [.. message.ToolCalls.Select(ToCall)],
    };

    private static TurnToolCall ToCall(ToolCall call) => new(
        call.Id ?? throw new FoundryLocalException("A tool call in the messages has no id."),
        call.FunctionCall?.Name ?? throw new FoundryLocalException("A tool call in the messages has no function name."),
        call.FunctionCall.Arguments ?? "{}");
}

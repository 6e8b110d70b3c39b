using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Service.Chat;
using Declared = Betalgo.Ranul.OpenAI.ObjectModels.RequestModels.ToolDefinition;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns messages, tools and settings into a turn of the chat service.</summary>
internal static class TurnMapper
{
    /// <summary>Maps them.</summary>
    /// <exception cref="FoundryLocalException">Something in them is refused; the message says what.</exception>
    public static ChatTurn ToTurn(
        string modelId, IEnumerable<ChatMessage> messages, IEnumerable<Declared>? tools, OpenAIChatClient.ChatSettings settings)
    {
        var mapped = ToolMapper.ToTools(tools);
        return new ChatTurn
        {
            Model = modelId,
            Messages = MessageMapper.ToMessages(messages),
            Tools = mapped,
            ToolChoice = ToolMapper.ToChoice(settings.ToolChoice, mapped),
            ResponseFormat = FormatMapper.ToFormat(settings.ResponseFormat),
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
}

using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns an answer's updates into responses: pieces as they come, or one whole. One for each answer.</summary>
internal sealed class ResponseMapper(string modelId)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";
    private readonly long _created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
    private readonly SortedDictionary<int, CollectedChoice> _choices = [];
    private UsageResponse? _usage;

    /// <summary>
    /// The piece an update makes; null for what waits for a later one. Every piece has a choice with text, if empty, so that
    /// programs need not look; calls come whole, in the piece that ends their choice.
    /// </summary>
    public ChatCompletionCreateResponse? Piece(ChatUpdate update)
    {
        switch (update)
        {
            case TextDelta text:
                return Response(Choice(text.Choice, new ChatMessage("assistant", text.Text)));
            case ReasoningDelta reasoning:
                return Response(Choice(reasoning.Choice, new ChatMessage("assistant", "") { ReasoningContent = reasoning.Text }));
            case ToolCallDelta call:
                Collected(call.Choice).Add(call);
                return null;
            case Finished finished:
                var last = new ChatMessage("assistant", "") { ToolCalls = Collected(finished.Choice).Calls };
                return Response(Choice(finished.Choice, last) with { FinishReason = ToWord(finished.Reason) });
            case UsageUpdate usage:
                return Response(Choice(0, new ChatMessage("assistant", ""))) with { Usage = ToUsage(usage) };
            default:
                return null;
        }
    }

    /// <summary>Takes an update into the whole answer.</summary>
    public void Collect(ChatUpdate update)
    {
        if (update is UsageUpdate usage)
            _usage = ToUsage(usage);
        else
            Collected(update.Choice).Add(update);
    }

    /// <summary>The whole answer.</summary>
    public ChatCompletionCreateResponse Whole() => Response([.. _choices.Select(choice =>
        Choice(choice.Key, choice.Value.ToMessage()) with { FinishReason = choice.Value.Finish is { } reason ? ToWord(reason) : null })]) with
    {
        ObjectTypeName = "chat.completion",
        Usage = _usage,
    };

    private CollectedChoice Collected(int choice)
    {
        if (!_choices.TryGetValue(choice, out CollectedChoice? collected))
            _choices.Add(choice, collected = new CollectedChoice());
        return collected;
    }

    private static ChatChoiceResponse Choice(int index, ChatMessage message) => new() { Index = index, Message = message };

    private ChatCompletionCreateResponse Response(params List<ChatChoiceResponse> choices) =>
        new() { Id = _id, Model = modelId, CreatedAtUnix = _created, Choices = choices, ObjectTypeName = "chat.completion.chunk" };

    private static UsageResponse ToUsage(UsageUpdate update) => new()
    {
        PromptTokens = update.Usage.PromptTokens,
        CompletionTokens = update.Usage.CompletionTokens,
        TotalTokens = update.Usage.PromptTokens + update.Usage.CompletionTokens,
        PromptTokensDetails = new PromptTokensDetails { CachedTokens = update.Usage.CachedTokens },
        CompletionTokensDetails = new CompletionTokensDetails { ReasoningTokens = update.ReasoningTokens },
    };

    private static string ToWord(ChatFinish reason) => reason switch
    {
        ChatFinish.Stop => "stop",
        ChatFinish.Length => "length",
        ChatFinish.ToolCalls => "tool_calls",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "has no word"),
    };
}

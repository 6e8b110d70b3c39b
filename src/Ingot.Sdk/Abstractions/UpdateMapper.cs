using System.Text.Json;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Service.Chat;
using Microsoft.AI.Foundry.Local.Chat;
using Microsoft.Extensions.AI;

namespace Microsoft.AI.Foundry.Local.Abstractions;

/// <summary>Turns an answer's updates into those of the abstractions; calls come whole, with the update that ends the answer. One for each answer.</summary>
internal sealed class UpdateMapper(string model, bool showsReasoning)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";
    private readonly DateTimeOffset _created = TimeProvider.System.GetUtcNow();
    private readonly CollectedChoice _collected = new();

    /// <summary>The update's other form; null for what has none yet.</summary>
    public ChatResponseUpdate? ToUpdate(ChatUpdate update)
    {
        switch (update)
        {
            case TextDelta { Text.Length: > 0 } text:
                return Update([new TextContent(text.Text)]);
            case ReasoningDelta reasoning when showsReasoning:
                return Update([new TextReasoningContent(reasoning.Text)]);
            case ToolCallDelta call:
                _collected.Add(call);
                return null;
            case Finished finished:
                ChatResponseUpdate last = Update([.. (_collected.Calls ?? []).Select(ToCall)]);
                last.FinishReason = ToReason(finished.Reason);
                return last;
            case UsageUpdate usage:
                return Update([new UsageContent(ToDetails(usage))]);
            default:
                return null;
        }
    }

    private ChatResponseUpdate Update(IList<AIContent> contents) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _id,
        MessageId = _id,
        ModelId = model,
        CreatedAt = _created,
    };

    // What a length limit cut off is no JSON; the content says so itself, in its exception.
    private static AIContent ToCall(ToolCall call) => FunctionCallContent.CreateFromParsedArguments(
        call.FunctionCall!.Arguments!,
        call.Id!,
        call.FunctionCall.Name!,
        static json => (IDictionary<string, object?>?)JsonSerializer.Deserialize(json, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))));

    private static ChatFinishReason ToReason(ChatFinish reason) => reason switch
    {
        ChatFinish.Length => ChatFinishReason.Length,
        ChatFinish.ToolCalls => ChatFinishReason.ToolCalls,
        _ => ChatFinishReason.Stop,
    };

    private static UsageDetails ToDetails(UsageUpdate update) => new()
    {
        InputTokenCount = update.Usage.PromptTokens,
        OutputTokenCount = update.Usage.CompletionTokens,
        TotalTokenCount = update.Usage.PromptTokens + update.Usage.CompletionTokens,
        CachedInputTokenCount = update.Usage.CachedTokens,
        ReasoningTokenCount = update.ReasoningTokens,
    };
}

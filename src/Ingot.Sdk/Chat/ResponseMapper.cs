using System.Text;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>Turns a run's updates into responses: pieces as they come, or one whole. One for each run.</summary>
internal sealed class ResponseMapper(ChatRun run)
{
    private readonly string _id = $"chatcmpl-{Guid.NewGuid():N}";
    private readonly long _created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
    private readonly SortedDictionary<int, (ChatChoiceResponse Choice, StringBuilder Text)> _collected = [];
    private UsageResponse? _usage;

    /// <summary>The piece an update makes. Every piece has a choice, so that <c>Choices[0]</c> is always there; null for what has no piece.</summary>
    public ChatCompletionCreateResponse? Piece(ChatUpdate update) => update switch
    {
        TextDelta text => Response(Choice(text, new ChatMessage("assistant", text.Text))),
        ToolCallDelta call => Response(Choice(call, new ChatMessage { Role = "assistant", ToolCalls = [ToCall(call)] })),
        Finished finished => Response(Choice(finished, new ChatMessage("assistant", ""), finished.Reason)),
        UsageUpdate usage => Response(Choice(usage, new ChatMessage("assistant", ""))) with { Usage = ToUsage(usage) },
        _ => null,
    };

    /// <summary>Takes an update into the whole answer.</summary>
    public void Collect(ChatUpdate update)
    {
        if (update is UsageUpdate usage)
        {
            _usage = ToUsage(usage);
            return;
        }

        if (!_collected.TryGetValue(update.Choice, out (ChatChoiceResponse Choice, StringBuilder Text) entry))
            _collected.Add(update.Choice, entry = (Choice(update, new ChatMessage { Role = "assistant" }), new StringBuilder()));
        switch (update)
        {
            case TextDelta text:
                entry.Text.Append(text.Text);
                break;
            case ToolCallDelta call:
                if (call.Id is null)
                    entry.Choice.Message.ToolCalls![^1].FunctionCall!.Arguments += call.Arguments;
                else
                    (entry.Choice.Message.ToolCalls ??= []).Add(ToCall(call));
                break;
            case Finished finished:
                entry.Choice.FinishReason = ToWord(finished.Reason);
                break;
        }
    }

    /// <summary>The whole answer.</summary>
    public ChatCompletionCreateResponse Whole()
    {
        foreach ((ChatChoiceResponse choice, StringBuilder text) in _collected.Values)
            choice.Message.Content = text.ToString();
        return Response([.. _collected.Values.Select(entry => entry.Choice)]) with { Usage = _usage };
    }

    private static ChatChoiceResponse Choice(ChatUpdate update, ChatMessage message, ChatFinish? finish = null) =>
        new() { Index = update.Choice, Message = message, FinishReason = finish is { } reason ? ToWord(reason) : null };

    private ChatCompletionCreateResponse Response(params List<ChatChoiceResponse> choices) =>
        new() { Id = _id, Model = run.Model.Id, CreatedAtUnix = _created, Choices = choices };

    private static UsageResponse ToUsage(UsageUpdate update) => new()
    {
        PromptTokens = update.Usage.PromptTokens,
        CompletionTokens = update.Usage.CompletionTokens,
        TotalTokens = update.Usage.PromptTokens + update.Usage.CompletionTokens,
    };

    private static ToolCall ToCall(ToolCallDelta call) => new()
    {
        Index = call.Index,
        Id = call.Id,
        Type = call.Id is null ? null : "function",
        FunctionCall = new FunctionCall { Name = call.Name, Arguments = call.Arguments },
    };

    private static string ToWord(ChatFinish reason) => reason switch
    {
        ChatFinish.Stop => "stop",
        ChatFinish.Length => "length",
        ChatFinish.ToolCalls => "tool_calls",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "has no word"),
    };
}

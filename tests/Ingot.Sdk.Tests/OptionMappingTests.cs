using Ingot.Engine;
using Ingot.Service.Chat;
using Microsoft.AI.Foundry.Local.Abstractions;
using Microsoft.Extensions.AI;
using AskedEffort = Microsoft.Extensions.AI.ReasoningEffort;
using AskedFormat = Microsoft.Extensions.AI.ChatResponseFormat;
using TurnEffort = Ingot.Service.Chat.ReasoningEffort;

namespace Ingot.Sdk.Tests;

/// <summary>Options, messages and updates of .NET's AI abstractions, there and back.</summary>
public sealed class OptionMappingTests
{
    [Fact]
    public void Every_option_reaches_the_turn()
    {
        var options = new ChatOptions
        {
            Instructions = "Be brief.",
            ModelId = "other",
            Temperature = 0.1f,
            TopP = 0.2f,
            TopK = 3,
            FrequencyPenalty = 0.4f,
            PresencePenalty = 0.5f,
            Seed = 6,
            MaxOutputTokens = 7,
            StopSequences = ["end"],
            AllowMultipleToolCalls = false,
            ResponseFormat = AskedFormat.Json,
            Reasoning = new ReasoningOptions { Effort = AskedEffort.Low },
            AdditionalProperties = new() { ["min_p"] = 0.8 },
        };

        ChatTurn turn = ChatOptionsMapper.ToTurn("m", [new ChatMessage(ChatRole.User, "hi")], options);

        Assert.Equal(("other", 7, false, TurnEffort.Low), (turn.Model, turn.MaxTokens, turn.ParallelToolCalls, turn.ReasoningEffort));
        Assert.Equal(["end"], turn.Stop);
        Assert.Equal(ChatResponseFormatKind.JsonObject, turn.ResponseFormat.Kind);
        Assert.Equal(
            new SamplingSettings { Temperature = 0.1f, TopP = 0.2f, TopK = 3, FrequencyPenalty = 0.4f, PresencePenalty = 0.5f, Seed = 6, MinP = 0.8f }, turn.Sampling);
        Assert.Equal([(TurnRole.System, "Be brief."), (TurnRole.User, "hi")], turn.Messages.Select(message => (message.Role, message.Text!)));
    }

    [Fact]
    public void Thinking_calls_and_results_keep_their_places()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("c1", "f", new Dictionary<string, object?> { ["x"] = 1 })]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", new { y = 2 }), new FunctionResultContent("c2", "two")]),
        ];

        IReadOnlyList<TurnMessage> mapped = ContentMapper.ToMessages(messages, null);

        Assert.Equal([TurnRole.Assistant, TurnRole.Tool, TurnRole.Tool], mapped.Select(message => message.Role));
        Assert.Equal(("hm", new TurnToolCall("c1", "f", """{"x":1}""")), (mapped[0].Reasoning, mapped[0].ToolCalls.Single()));
        Assert.Equal(["c1", "c2"], mapped.Skip(1).Select(message => message.ToolCallId));
        Assert.Equal(["two"], mapped.Skip(2).Select(message => message.Text));
        Assert.Contains("2", mapped[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Thinking_and_calls_are_contents_of_their_own()
    {
        var mapper = new UpdateMapper("m", showsReasoning: true);

        Assert.Equal("hm", Assert.IsType<TextReasoningContent>(mapper.ToUpdate(new ReasoningDelta(0, "hm"))!.Contents.Single()).Text);
        Assert.Null(mapper.ToUpdate(new ToolCallDelta(0, 0, "c", "f", "{\"x\":")));
        Assert.Null(mapper.ToUpdate(new ToolCallDelta(0, 0, null, null, "1}")));
        ChatResponseUpdate last = mapper.ToUpdate(new Finished(0, ChatFinish.ToolCalls))!;

        var call = Assert.IsType<FunctionCallContent>(last.Contents.Single());
        Assert.Equal(("c", "f", "1"), (call.CallId, call.Name, call.Arguments!["x"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, last.FinishReason);
        var usage = Assert.IsType<UsageContent>(mapper.ToUpdate(new UsageUpdate(new TokenUsage(5, 4, 3), 2))!.Contents.Single()).Details;
        Assert.Equal((5, 4, 9, 3, 2), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
    }

    [Fact]
    public void Thinking_nobody_wants_is_left_out() =>
        Assert.Null(new UpdateMapper("m", showsReasoning: false).ToUpdate(new ReasoningDelta(0, "hm")));
}

using System.Text;
using Ingot.Protocol.Chat;
using Ingot.Service.Chat;

namespace Ingot.Server.Mapping;

/// <summary>Gathers one choice's updates into the whole message they make.</summary>
internal sealed class CollectedChoice(int index, AnswerForm form)
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<(ToolCallDelta Call, StringBuilder Arguments)> _calls = [];
    private readonly List<TokenLogprob> _logprobs = [];
    private string _finish = "stop";

    /// <summary>Takes the next update.</summary>
    public void Add(ChatUpdate update)
    {
        switch (update)
        {
            case TextDelta text:
                _text.Append(text.Text);
                _logprobs.AddRange(WireLogprobs.From(text.LogProbabilities)?.Content ?? []);
                break;
            case ReasoningDelta reasoning:
                _reasoning.Append(reasoning.Text);
                break;
            case ToolCallDelta call:
                if (call.Id is not null)
                    _calls.Add((call, new StringBuilder()));
                _calls[^1].Arguments.Append(call.Arguments);
                break;
            case Finished finished:
                _finish = WireFinish.From(finished.Reason, form.OlderCalls);
                break;
        }
    }

    /// <summary>The choice as the wire carries it.</summary>
    public ChatChoice ToWire()
    {
        List<ToolCallDelta> calls = _calls.ConvertAll(call => call.Call with { Arguments = call.Arguments.ToString() });
        string? content = _text.Length == 0 && _calls.Count > 0 ? null : _text.ToString();
        var message = new AssistantMessage(content)
        {
            ReasoningContent = _reasoning.Length == 0 ? null : _reasoning.ToString(),
            ToolCalls = _calls.Count == 0 || form.OlderCalls ? null : [.. calls.Select(call => WireToolCall.From(call, withIndex: false))],
            FunctionCall = _calls.Count > 0 && form.OlderCalls ? WireToolCall.OlderFrom(calls[0]) : null,
        };
        return new ChatChoice(index, message, form.Logprobs ? new ChoiceLogprobs(_logprobs) : null, _finish);
    }
}

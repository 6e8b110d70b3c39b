using System.Text;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Service.Chat;

namespace Microsoft.AI.Foundry.Local.Chat;

/// <summary>One choice of an answer, put together of its updates.</summary>
internal sealed class CollectedChoice
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly StringBuilder _arguments = new();
    private List<ToolCall>? _calls;

    /// <summary>Why it ended; null while it has not.</summary>
    public ChatFinish? Finish { get; private set; }

    /// <summary>The calls so far, each whole; null when there are none.</summary>
    public IList<ToolCall>? Calls
    {
        get
        {
            _calls?[^1].FunctionCall!.Arguments = _arguments.ToString();
            return _calls;
        }
    }

    /// <summary>Takes an update.</summary>
    public void Add(ChatUpdate update)
    {
        switch (update)
        {
            case TextDelta text:
                _text.Append(text.Text);
                break;
            case ReasoningDelta reasoning:
                _reasoning.Append(reasoning.Text);
                break;
            case ToolCallDelta { Id: not null } call:
                Begin(call);
                break;
            case ToolCallDelta more:
                _arguments.Append(more.Arguments);
                break;
            case Finished finished:
                Finish = finished.Reason;
                break;
        }
    }

    /// <summary>What was said.</summary>
    public ChatMessage ToMessage() => new("assistant", _text.ToString())
    {
        ReasoningContent = _reasoning.Length > 0 ? _reasoning.ToString() : null,
        ToolCalls = Calls,
    };

    private void Begin(ToolCallDelta call)
    {
        _calls = [.. Calls ?? []];
        _calls.Add(new ToolCall { Index = call.Index, Id = call.Id, Type = "function", FunctionCall = new FunctionCall { Name = call.Name } });
        _arguments.Clear().Append(call.Arguments);
    }
}

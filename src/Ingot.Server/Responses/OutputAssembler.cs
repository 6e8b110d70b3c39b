using System.Text;
using Ingot.Protocol.Responses;
using Ingot.Service.Chat;

namespace Ingot.Server.Responses;

/// <summary>
/// Makes items, and the events that tell of them, out of an answer's updates: thinking, text and each call are an item of their own,
/// and one ends where the next begins.
/// </summary>
internal sealed class OutputAssembler
{
    private readonly List<ResponseItem> _items = [];
    private readonly StringBuilder _text = new();
    private List<OutputLogprob> _logprobs = [];
    private ResponseItem? _open;
    private int _number;

    /// <summary>Why the answer ended; null while it has not.</summary>
    public ChatFinish? Finish { get; private set; }

    /// <summary>The items as they are: one that is not finished is incomplete.</summary>
    public IReadOnlyList<ResponseItem> Items => _open is { } open ? [.. _items, Close(open, "incomplete")] : [.. _items];

    /// <summary>The next event, of this type.</summary>
    public ResponseEvent Tell(string type) => new(type, _number++);

    /// <summary>Takes the next update and adds the events that follow from it.</summary>
    public void Add(ChatUpdate update, List<ResponseEvent> events)
    {
        switch (update)
        {
            case TextDelta { Text: "" } probabilities:
                if (_open is { Type: "message" })
                    _logprobs.AddRange(ResponseLogprobs.From(probabilities.LogProbabilities));
                break;
            case TextDelta text:
                Open("message", events);
                AddText(text, events);
                break;
            case ReasoningDelta reasoning:
                Open("reasoning", events);
                _text.Append(reasoning.Text);
                events.Add(OfPart("response.reasoning_text.delta") with { Delta = reasoning.Text });
                break;
            case ToolCallDelta call:
                AddCall(call, events);
                break;
            case Finished finished:
                Finish = finished.Reason;
                // An answer of nothing is still a message: clients take the first item for granted.
                if (_open is null && _items.Count == 0)
                    Open("message", events);
                End(events, finished.Reason == ChatFinish.Length ? "incomplete" : "completed");
                break;
        }
    }

    private void AddText(TextDelta text, List<ResponseEvent> events)
    {
        IReadOnlyList<OutputLogprob> logprobs = ResponseLogprobs.From(text.LogProbabilities);
        _text.Append(text.Text);
        _logprobs.AddRange(logprobs);
        events.Add(OfPart("response.output_text.delta") with { Delta = text.Text, Logprobs = logprobs });
    }

    private void AddCall(ToolCallDelta call, List<ResponseEvent> events)
    {
        if (call.Id is not null)
        {
            End(events, "completed");
            Begin(new ResponseItem { Id = ResponseIds.New("fc"), Type = "function_call", Status = "in_progress", CallId = call.Id, Name = call.Name, Arguments = "" }, events);
        }

        if (call.Arguments.Length == 0)
            return;
        _text.Append(call.Arguments);
        events.Add(OfItem("response.function_call_arguments.delta") with { Delta = call.Arguments });
    }

    private void Open(string type, List<ResponseEvent> events)
    {
        if (_open?.Type == type)
            return;
        End(events, "completed");
        bool isMessage = type == "message";
        Begin(new ResponseItem
        {
            Id = ResponseIds.New(isMessage ? "msg" : "rs"),
            Type = type,
            Status = "in_progress",
            Role = isMessage ? "assistant" : null,
            Content = ResponseContent.Of(),
            Summary = isMessage ? null : [],
        }, events);
        events.Add(OfPart("response.content_part.added") with { Part = Part() });
    }

    private void Begin(ResponseItem item, List<ResponseEvent> events)
    {
        _open = item;
        events.Add(Tell("response.output_item.added") with { OutputIndex = _items.Count, Item = item });
    }

    private void End(List<ResponseEvent> events, string status)
    {
        if (_open is not { } open)
            return;
        ResponseItem done = Close(open, status);
        if (open.Type == "function_call")
        {
            events.Add(OfItem("response.function_call_arguments.done") with { Name = open.Name, Arguments = done.Arguments });
        }
        else
        {
            ResponsePart part = done.Content!.Parts![0]!;
            bool isMessage = open.Type == "message";
            events.Add(OfPart(isMessage ? "response.output_text.done" : "response.reasoning_text.done") with { Text = part.Text, Logprobs = part.Logprobs! });
            events.Add(OfPart("response.content_part.done") with { Part = part });
        }

        events.Add(Tell("response.output_item.done") with { OutputIndex = _items.Count, Item = done });
        _items.Add(done);
        _open = null;
        _text.Clear();
        _logprobs = [];
    }

    private ResponseItem Close(ResponseItem open, string status) => open.Type == "function_call"
        ? open with { Status = status, Arguments = _text.ToString() }
        : open with { Status = status, Content = ResponseContent.Of(Part()) };

    private ResponsePart Part() => _open!.Type == "message" ? ResponsePart.OutputText(_text.ToString(), [.. _logprobs]) : ResponsePart.ReasoningText(_text.ToString());

    private ResponseEvent OfItem(string type) => Tell(type) with { ItemId = _open!.Id, OutputIndex = _items.Count };

    private ResponseEvent OfPart(string type) => OfItem(type) with { ContentIndex = 0 };
}

/// <summary>How likely tokens were, in the form of responses.</summary>
internal static class ResponseLogprobs
{
    /// <summary>Maps a stretch of tokens; none where none were asked for.</summary>
    public static IReadOnlyList<OutputLogprob> From(IReadOnlyList<TokenProbability>? tokens) =>
        tokens is null ? [] : [.. tokens.Select(token => new OutputLogprob(token.Text, token.LogProbability ?? 0, BytesOf(token), [.. token.Top.Select(Top)]))];

    private static TopLogprob Top(TokenProbability token) => new(token.Text, token.LogProbability ?? 0, BytesOf(token));

    private static IReadOnlyList<int> BytesOf(TokenProbability token) => [.. token.Bytes.ToArray().Select(value => (int)value)];
}

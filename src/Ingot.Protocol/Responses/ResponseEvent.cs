namespace Ingot.Protocol.Responses;

/// <summary>
/// One event of a streamed response. Which fields it has depends on its type; the others are absent.
/// </summary>
/// <param name="Type">What happened, <c>response.…</c>; also the event's name in the stream.</param>
/// <param name="SequenceNumber">Its place in the stream, from 0.</param>
public sealed record ResponseEvent(string Type, int SequenceNumber)
{
    /// <summary>The whole response as it is now.</summary>
    public ResponseObject? Response { get; init; }

    /// <summary>Which item of the output it concerns, from 0.</summary>
    public int? OutputIndex { get; init; }

    /// <summary>The id of that item.</summary>
    public string? ItemId { get; init; }

    /// <summary>The item as it is now.</summary>
    public ResponseItem? Item { get; init; }

    /// <summary>Which part of the item it concerns, from 0.</summary>
    public int? ContentIndex { get; init; }

    /// <summary>The part as it is now.</summary>
    public ResponsePart? Part { get; init; }

    /// <summary>More text, thinking or arguments.</summary>
    public string? Delta { get; init; }

    /// <summary>The whole text or thinking.</summary>
    public string? Text { get; init; }

    /// <summary>Of a call: the function.</summary>
    public string? Name { get; init; }

    /// <summary>Of a call: the whole arguments.</summary>
    public string? Arguments { get; init; }

    /// <summary>Of text: how likely its tokens were; empty unless asked for.</summary>
    public IReadOnlyList<OutputLogprob>? Logprobs { get; init; }
}

/// <summary>How many tokens a request's prompt has.</summary>
/// <param name="InputTokens">The count; the response's <c>usage.input_tokens</c>.</param>
public sealed record InputTokenCount(int InputTokens)
{
    /// <summary>Always <c>response.input_tokens</c>.</summary>
    public string Object { get; init; } = "response.input_tokens";
}

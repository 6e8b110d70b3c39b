using System.Text.Json;
using System.Text.Json.Serialization;
using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Responses;

/// <summary>
/// One item of what a response is made of or of what it says. Which fields it has depends on its type; those of other types are
/// refused in a request and absent in an answer.
/// </summary>
public sealed record ResponseItem
{
    /// <summary>Its id, <c>msg_…</c>, <c>fc_…</c>, <c>fco_…</c> or <c>rs_…</c>; given to it where a request names none. What an <c>item_reference</c> refers to.</summary>
    [TextLength(1, 128)]
    public string? Id { get; init; }

    /// <summary>
    /// <c>message</c> (also where absent), <c>function_call</c>, <c>function_call_output</c>, <c>reasoning</c> or, in a request,
    /// <c>item_reference</c>.
    /// </summary>
    [Words("message", "function_call", "function_call_output", "reasoning", "item_reference", OthersAreUnsupported = "items of this type are not done by this service")]
    public string? Type { get; init; }

    /// <summary><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>; always there in an answer.</summary>
    [Words("in_progress", "completed", "incomplete")]
    public string? Status { get; init; }

    /// <summary>Of a message: <c>user</c>, <c>assistant</c>, <c>system</c> or <c>developer</c>.</summary>
    [Words("user", "assistant", "system", "developer")]
    public string? Role { get; init; }

    /// <summary>Of a message: what it says. Of a reasoning item: the thinking itself, as parts of type <c>reasoning_text</c>.</summary>
    public ResponseContent? Content { get; init; }

    /// <summary>Of a call and of its output: ties one to the other.</summary>
    [TextLength(1, 128)]
    public string? CallId { get; init; }

    /// <summary>Of a call: the function.</summary>
    [TextLength(1, 64)]
    public string? Name { get; init; }

    /// <summary>Of a call: its arguments, a JSON object as text.</summary>
    public string? Arguments { get; init; }

    /// <summary>Of a call: what OpenAI's JavaScript client adds to it and sends back. Not used.</summary>
    public JsonElement? ParsedArguments { get; init; }

    /// <summary>Of a call's output: what the function gave.</summary>
    public ResponseContent? Output { get; init; }

    /// <summary>Of a reasoning item: always empty in an answer, as thinking is told in full. In a request it stands for absent <see cref="Content"/>.</summary>
    public IReadOnlyList<ResponsePart?>? Summary { get; init; }

    /// <summary>Of a reasoning item: only null is accepted, as thinking is told in the open.</summary>
    public JsonElement? EncryptedContent { get; init; }

    /// <summary>Whatever else the item has; refused by its type, or else by the first name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>One part of what an item says.</summary>
public sealed record ResponsePart
{
    private static readonly JsonElement NoAnnotations = JsonElement.Parse("[]");

    /// <summary><c>input_text</c>, <c>output_text</c>, <c>refusal</c>, <c>reasoning_text</c> or <c>summary_text</c>; images, sound and files are refused by name.</summary>
    [Words("input_text", "output_text", "refusal", "reasoning_text", "summary_text", OthersAreUnsupported = "only text is done by this service")]
    public string? Type { get; init; }

    /// <summary>The text, of all types but <c>refusal</c>.</summary>
    public string? Text { get; init; }

    /// <summary>The text of a <c>refusal</c> part.</summary>
    public string? Refusal { get; init; }

    /// <summary>Of an <c>output_text</c> part of an answer: always empty. Not used in a request.</summary>
    public JsonElement? Annotations { get; init; }

    /// <summary>Of an <c>output_text</c> part of an answer: how likely each token was, where it was asked for, else empty. Not used in a request.</summary>
    public IReadOnlyList<OutputLogprob?>? Logprobs { get; init; }

    /// <summary>What OpenAI's JavaScript client adds to an <c>output_text</c> part and sends back. Not used.</summary>
    public JsonElement? Parsed { get; init; }

    /// <summary>Whatever else the part has; refused by its type, or else by the first name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>A part of a request's text.</summary>
    public static ResponsePart InputText(string text) => new() { Type = "input_text", Text = text };

    /// <summary>A part of an answer's text.</summary>
    public static ResponsePart OutputText(string text, IReadOnlyList<OutputLogprob> logprobs) =>
        new() { Type = "output_text", Text = text, Annotations = NoAnnotations, Logprobs = logprobs };

    /// <summary>A piece of thinking.</summary>
    public static ResponsePart ReasoningText(string text) => new() { Type = "reasoning_text", Text = text };
}

/// <summary>A token of an answer and how likely it was.</summary>
/// <param name="Token">The token's text; U+FFFD where it is only part of a character.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">The token's bytes.</param>
/// <param name="TopLogprobs">The most likely tokens at this place, best first; as many as were asked for.</param>
public sealed record OutputLogprob(string Token, float Logprob, IReadOnlyList<int>? Bytes, IReadOnlyList<TopLogprob>? TopLogprobs);

/// <summary>A token that might have come.</summary>
/// <param name="Token">The token's text; U+FFFD where it is only part of a character.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">The token's bytes.</param>
public sealed record TopLogprob(string Token, float Logprob, IReadOnlyList<int>? Bytes);

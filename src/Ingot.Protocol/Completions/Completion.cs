using System.Text.Json.Serialization;
using Ingot.Protocol.Chat;

namespace Ingot.Protocol.Completions;

/// <summary>A whole answer of <c>POST /v1/completions</c>, and, with a piece of one choice, an event of a streamed one.</summary>
/// <param name="Id"><c>cmpl-…</c>; all events of an answer share it.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The id of the model that answers.</param>
/// <param name="Choices">
/// Whole: the answers, by index. Streamed: one choice's news; none in the event that carries the usage.
/// </param>
public sealed record Completion(
    [property: JsonPropertyOrder(-2)] string Id,
    long Created,
    string Model,
    IReadOnlyList<CompletionChoice> Choices)
{
    /// <summary>Always <c>text_completion</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; init; } = "text_completion";

    /// <summary>Which build on which kind of machine answers: while it stays the same, equal seeds give equal answers.</summary>
    public string? SystemFingerprint { get; init; }

    /// <summary>
    /// Token counts over all choices. Streamed: absent unless <c>stream_options.include_usage</c> asked for counts; then they are in
    /// the last event, and every other one says null.
    /// </summary>
    public ChunkUsage? Usage { get; init; }
}

/// <summary>One answer, or a piece of it.</summary>
/// <param name="Index">The prompt's index times <c>n</c>, plus 0 to <c>n</c> - 1.</param>
/// <param name="Text">The text, or more of it.</param>
/// <param name="Logprobs">Null unless asked for.</param>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>; in a stream null until the choice's last event.</param>
public sealed record CompletionChoice(
    int Index,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] CompletionLogprobs? Logprobs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FinishReason);

/// <summary>How likely a choice's tokens were; the four lists have one entry a token.</summary>
/// <param name="Tokens">The tokens' texts; U+FFFD where one is only part of a character.</param>
/// <param name="TokenLogprobs">The natural logarithms of their probabilities; null for the first token of an echoed prompt, which follows nothing.</param>
/// <param name="TopLogprobs">For each token the most likely ones at its place; those of equal text count once. Null where the token's own is.</param>
/// <param name="TextOffset">Where each token begins in the choice's whole text, in Unicode characters from 0.</param>
public sealed record CompletionLogprobs(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<float?> TokenLogprobs,
    IReadOnlyList<IReadOnlyDictionary<string, float>?> TopLogprobs,
    IReadOnlyList<int> TextOffset);

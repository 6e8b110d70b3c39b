using Ingot.Protocol.Chat;

namespace Ingot.Server.Mapping;

/// <summary>What a request says about the form of its answer rather than about what is answered.</summary>
/// <param name="IncludeUsage">Whether a stream ends with a chunk that carries the token counts.</param>
/// <param name="Logprobs">Whether every choice carries log-probabilities, even when it has no token.</param>
/// <param name="OlderCalls">Whether a call goes into <c>function_call</c>, as before there were <c>tools</c>.</param>
/// <param name="CountsPrediction">Whether the token counts tell how much of a prediction came true.</param>
/// <param name="ServiceTier">The tier to name; null when the request named none.</param>
/// <param name="KeptMetadata">The caller's own notes on an answer that is kept; null on any other.</param>
internal sealed record AnswerForm(bool IncludeUsage, bool Logprobs, bool OlderCalls, bool CountsPrediction, string? ServiceTier, IReadOnlyDictionary<string, string>? KeptMetadata)
{
    /// <summary>Reads it off a request that was mapped already.</summary>
    public static AnswerForm Of(ChatCompletionRequest request) => new(
        request.StreamOptions?.IncludeUsage == true,
        request.Logprobs == true,
        ToolMapper.IsOlderForm(request),
        request.Prediction is not null,
        request.ServiceTier is null ? null : "default",
        request.Store == true ? request.Metadata ?? new Dictionary<string, string>() : null);
}

using Ingot.Engine.Sampling;

namespace Ingot.Engine;

/// <summary>
/// One thing that happened to a generation: a token, or its end. The last event of a stream, and only the last,
/// has <paramref name="Finish"/> and <paramref name="Usage"/> and no token.
/// </summary>
/// <param name="Token">The token id generated; null on the last event. Tokens that end generation are not delivered.</param>
/// <param name="LogProbabilities">The token's log-probabilities; null when not requested and on the last event.</param>
/// <param name="Finish">Why generation ended; null but on the last event.</param>
/// <param name="Usage">Tokens read and made; null but on the last event.</param>
/// <param name="CachedTokens">Prompt tokens that were not computed again; null but on the first token, for readers who leave before the end.</param>
/// <param name="IsPrompt">Whether the token is one of the prompt's, and was not generated.</param>
public readonly record struct TokenEvent(
    int? Token, TokenLogProbabilities? LogProbabilities = null, FinishReason? Finish = null, TokenUsage? Usage = null, int? CachedTokens = null,
    bool IsPrompt = false);

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model generated an end-of-sequence or stop token.</summary>
    Stop,

    /// <summary>The token limit of the request or the end of the context was reached.</summary>
    Length,
}

/// <summary>What a generation consumed.</summary>
/// <param name="PromptTokens">Tokens in the prompt.</param>
/// <param name="CompletionTokens">Tokens generated, the token that ended generation included.</param>
/// <param name="CachedTokens">Prompt tokens whose keys and values were already in the cache and were not computed again.</param>
/// <param name="AcceptedDrafts">Tokens generated that had been guessed and computed ahead of their turn. Default 0.</param>
/// <param name="RefusedDrafts">Tokens guessed and computed in vain; no part of <paramref name="CompletionTokens"/>. Default 0.</param>
public sealed record TokenUsage(int PromptTokens, int CompletionTokens, int CachedTokens, int AcceptedDrafts = 0, int RefusedDrafts = 0);

namespace Ingot.Engine.Sampling;

/// <summary>
/// The natural logarithms of the model's own probabilities at one position: the softmax of its logits before
/// bias, penalties, temperature or any filter. Never below -9999.
/// </summary>
/// <param name="LogProbability">The chosen token's.</param>
/// <param name="Top">The most likely tokens, most likely first (ties: lower id first); as many as the request asked for.</param>
public sealed record TokenLogProbabilities(float LogProbability, IReadOnlyList<TokenLogProbability> Top);

/// <summary>One alternative.</summary>
/// <param name="Token">Its token id.</param>
/// <param name="LogProbability">Natural logarithm of its probability.</param>
public readonly record struct TokenLogProbability(int Token, float LogProbability);

using Ingot.Engine.Sampling;

namespace Ingot.Engine;

/// <summary>Tokens to continue and how. Immutable; the engine copies what it needs when the request is submitted.</summary>
public sealed record GenerationRequest
{
    /// <summary>The token ids to continue: at least one, each in 0..vocabulary size - 1, fewer than the model's context, or as many when nothing is to be generated.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>How the next token is chosen. The default draws from the model's own distribution.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>The most tokens to generate; 0 only reads the prompt. Null: what is left of the context after the prompt.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Token ids that end generation besides the model's own end-of-sequence ids. They are not delivered. Default: none.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>True to go on past the model's own end-of-sequence ids (they are then delivered as any token). Default: false.</summary>
    public bool IgnoreEndOfSequence { get; init; }

    /// <summary>
    /// Null (default): no log-probabilities. 0..20: each token comes with its own log-probability
    /// and those of that many most likely tokens.
    /// </summary>
    public int? TopLogProbabilities { get; init; }

    /// <summary>
    /// True to get the prompt's own tokens first, each with the log-probabilities it would have had if it had been generated; the first
    /// one, which follows nothing, with none. The whole prompt is then computed, whatever is in the cache. Only together with
    /// <see cref="TopLogProbabilities"/>. Default: false.
    /// </summary>
    public bool PromptLogProbabilities { get; init; }

    /// <summary>
    /// Makes what the tokens must follow, called once for each generation of the request. Tokens it does not allow are never
    /// chosen, whatever <see cref="Sampling"/> says; log-probabilities stay the model's own. Null (default): nothing.
    /// </summary>
    public Func<ITokenConstraint>? Constraint { get; init; }

    /// <summary>
    /// Tokens that the answer is expected to resemble, as that of an edit resembles the text edited; each in 0..vocabulary size - 1. They make
    /// it come faster where they are right and never change it. Default: none.
    /// </summary>
    public IReadOnlyList<int> Prediction { get; init; } = [];

    /// <summary>
    /// On whose behalf it is asked: what was computed and said for one scope is neither found in the cache nor guessed for any other, so that no time and
    /// no number of cached tokens tells of another's prompts. Compared letter by letter; kept no longer than what it stands for. Null
    /// (default): the scope of all requests without one. Never changes an answer.
    /// </summary>
    public string? CacheScope { get; init; }
}

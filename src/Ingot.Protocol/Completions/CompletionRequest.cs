using Ingot.Protocol.Bounds;
using Ingot.Protocol.Chat;
using Ingot.Protocol.Sampling;

namespace Ingot.Protocol.Completions;

/// <summary>
/// <c>POST /v1/completions</c>, OpenAI's older API: texts to continue as they are, without a chat template.
/// A field that is absent or null leaves the choice to the model's own defaults. The server refuses what breaks a bound.
/// </summary>
public sealed record CompletionRequest : ISamplingFields, IModelRequest
{
    /// <summary>A model's alias, name, or <c>name:version</c>. Needed.</summary>
    [TextLength(0, 512)]
    public string? Model { get; init; }

    /// <summary>What to continue. Needed. Text of special tokens in it becomes these tokens.</summary>
    [EntryCount(1)]
    public PromptInput? Prompt { get; init; }

    /// <summary>
    /// How many answers to make to each prompt, <see cref="N"/> or more, of which the <see cref="N"/> likeliest are given; default
    /// <see cref="N"/>. Only that value with <see cref="Stream"/>. All are counted.
    /// </summary>
    [NumberRange(1, Limit = WireLimit.Choices)]
    public int? BestOf { get; init; }

    /// <summary>True to begin each answer with its prompt, and its <see cref="Logprobs"/> with those of the prompt's tokens; default false.</summary>
    public bool? Echo { get; init; }

    /// <inheritdoc/>
    public float? FrequencyPenalty { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float>? LogitBias { get; init; }

    /// <summary>0 to 5: return each token's log-probability and those of this many most likely ones; absent returns none.</summary>
    [NumberRange(0, 5)]
    public int? Logprobs { get; init; }

    /// <summary>The most tokens to generate for each answer, 0 or more; default 16. With 0 the prompt is only read, as to <see cref="Echo"/> how likely it is.</summary>
    [NumberRange(0)]
    public int? MaxTokens { get; init; }

    /// <summary>How many answers to give to each prompt, 1 or more; default 1.</summary>
    [NumberRange(1, Limit = WireLimit.Choices)]
    public int? N { get; init; }

    /// <inheritdoc/>
    public float? PresencePenalty { get; init; }

    /// <inheritdoc/>
    public float? RepetitionPenalty { get; init; }

    /// <inheritdoc/>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public long? RandomSeed { get; init; }

    /// <summary>A few texts at which to stop (four unless configured otherwise); they are not part of the answer.</summary>
    [EntryCount(0, Limit = WireLimit.Stops)]
    [TextLength(1)]
    public StopSequences? Stop { get; init; }

    /// <summary>True for server-sent events; default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>Only with <see cref="Stream"/>.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>What comes after the gap to fill, for models whose tokenizer has fill-in-the-middle tokens; refused for others.</summary>
    public string? Suffix { get; init; }

    /// <inheritdoc/>
    public float? Temperature { get; init; }

    /// <inheritdoc/>
    public float? TopP { get; init; }

    /// <inheritdoc/>
    public int? TopK { get; init; }

    /// <inheritdoc/>
    public float? MinP { get; init; }

    /// <summary>The caller's own name for its user. Not used.</summary>
    public string? User { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The execution provider to run on; only <c>cpu</c> is built in.</summary>
    public string? Ep { get; init; }

    /// <summary>Seconds to keep the model loaded after its last request, 0 or more, from this request on; absent changes nothing.</summary>
    [NumberRange(0)]
    public int? Ttl { get; init; }
}

using Ingot.Errors;

namespace Ingot.Engine.Sampling;

/// <summary>
/// How the next token is chosen from the model's logits. The steps, in this order: <see cref="LogitBias"/>,
/// <see cref="RepetitionPenalty"/>, <see cref="PresencePenalty"/> and <see cref="FrequencyPenalty"/>,
/// <see cref="Temperature"/>, <see cref="TopK"/>, <see cref="MinP"/>, <see cref="TopP"/>, then one draw.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>0..100. Divides the logits; 0 takes the most likely token (ties: the lowest id) without a draw. Default 1.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Keep only this many most likely tokens. 0 (default) keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>0..1. Keep the smallest set of most likely tokens whose probabilities sum to at least this, never fewer than one. Default 1: all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>0..1. Keep tokens whose probability is at least this fraction of the most likely token's. Default 0: all.</summary>
    public float MinP { get; init; }

    /// <summary>
    /// Above 0, at most 100. Positive logits of tokens already in prompt or output are divided by it,
    /// negative ones multiplied. Default 1: no effect.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>-2..2. Subtracted once from the logit of every token generated so far. Default 0.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>-2..2. Subtracted from a token's logit once per time it was generated so far. Default 0.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Equal seeds give equal draws, whatever else the engine runs. Null (default): a random seed.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Token id to -100..100, added to that token's logit. Null (default): none.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }

    /// <summary>Throws <see cref="ErrorCode.InvalidValue"/> naming the first field out of its range.</summary>
    internal void Validate(int vocabularySize)
    {
        Require(Temperature is >= 0 and <= 100, "temperature", "must be between 0 and 100");
        Require(TopK >= 0, "top_k", "must not be negative");
        Require(TopP is >= 0 and <= 1, "top_p", "must be between 0 and 1");
        Require(MinP is >= 0 and <= 1, "min_p", "must be between 0 and 1");
        Require(RepetitionPenalty is > 0 and <= 100, "repetition_penalty", "must be above 0 and at most 100");
        Require(PresencePenalty is >= -2 and <= 2, "presence_penalty", "must be between -2 and 2");
        Require(FrequencyPenalty is >= -2 and <= 2, "frequency_penalty", "must be between -2 and 2");
        foreach ((int token, float bias) in LogitBias ?? EmptyBias)
        {
            Require(token >= 0 && token < vocabularySize, "logit_bias", $"has token id {token}, but the model's ids are 0 to {vocabularySize - 1}");
            Require(bias is >= -100 and <= 100, "logit_bias", "must be between -100 and 100");
        }
    }

    private static readonly Dictionary<int, float> EmptyBias = [];

    private static void Require(bool holds, string field, string rule)
    {
        if (!holds)
            throw new IngotException(ErrorCode.InvalidValue, $"'{field}' {rule}.", field);
    }
}

using Ingot.Protocol.Bounds;

namespace Ingot.Protocol.Sampling;

/// <summary>
/// The fields that say how tokens are drawn, the same in every request that generates. Absent or null leaves the choice to
/// the model's own defaults.
/// </summary>
public interface ISamplingFields
{
    /// <summary>0 to 2; 0 always takes the most likely token.</summary>
    [NumberRange(0, 2)]
    float? Temperature { get; }

    /// <summary>0 (exclusive) to 1: keep the smallest set of tokens with this much probability.</summary>
    [NumberRange(0, 1, IsAbove = true)]
    float? TopP { get; }

    /// <summary>At least 0: keep this many of the most likely tokens; 0 keeps all.</summary>
    [NumberRange(0)]
    int? TopK { get; }

    /// <summary>0 to 1: drop tokens less likely than this share of the most likely one's probability.</summary>
    [NumberRange(0, 1)]
    float? MinP { get; }

    /// <summary>-2 to 2: subtracted once from every token already generated.</summary>
    [NumberRange(-2, 2)]
    float? PresencePenalty { get; }

    /// <summary>-2 to 2: subtracted from a token for each time it was generated.</summary>
    [NumberRange(-2, 2)]
    float? FrequencyPenalty { get; }

    /// <summary>Above 0: divides the likelihood of tokens already seen; 1 is off.</summary>
    [NumberRange(0, 10, IsAbove = true)]
    float? RepetitionPenalty { get; }

    /// <summary>Token id to a number from -100 to 100 added to its logit.</summary>
    [NumberRange(-100, 100)]
    IReadOnlyDictionary<string, float>? LogitBias { get; }

    /// <summary>Makes sampling repeatable.</summary>
    long? Seed { get; }

    /// <summary>Foundry Local's name for <see cref="Seed"/>.</summary>
    long? RandomSeed { get; }

    /// <summary>The caller's own notes. <c>top_k</c> and <c>random_seed</c> in it are read, as Foundry Local's SDK sends them so.</summary>
    [EntryCount(0, 16)]
    [TextLength(0, 512, MostOfKeys = 64)]
    IReadOnlyDictionary<string, string>? Metadata { get; }
}

using Ingot.Engine.Sampling;

namespace Ingot.Engine.ModelFolders;

/// <summary>How the model's makers would choose tokens: <c>search</c> of genai_config.json. Requests may override each part.</summary>
public sealed record SearchDefaults
{
    /// <summary>False (default): take the most likely token, and <see cref="Temperature"/>, <see cref="TopK"/> and <see cref="TopP"/> do not matter.</summary>
    public bool DoSample { get; init; }

    /// <summary>0..100, default 1.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>0 (no limit) or more; default 50.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>0..1, default 1: all. A file's 0 means the same and is read as 1.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Above 0, at most 100; default 1: no effect.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Tokens of prompt and output together after which to stop; at least 1. Null: the model's context.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The same as sampling options: greedy unless <see cref="DoSample"/>.</summary>
    public SamplingOptions Sampling => DoSample
        ? new() { Temperature = Temperature, TopK = TopK, TopP = TopP, RepetitionPenalty = RepetitionPenalty }
        : new() { Temperature = 0, RepetitionPenalty = RepetitionPenalty };
}

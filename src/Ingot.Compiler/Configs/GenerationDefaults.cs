using Ingot.Errors;

namespace Ingot.Compiler.Configs;

/// <summary>What a checkpoint says about ending and sampling: <c>generation_config.json</c> first, <c>config.json</c> where that is silent.</summary>
internal sealed record GenerationDefaults
{
    /// <summary>Tokens that end an answer; at least one.</summary>
    public required IReadOnlyList<int> EndIds { get; init; }

    /// <summary>The token before the first; null when the model has none.</summary>
    public required int? BeginId { get; init; }

    /// <summary>The token that fills up; the first ending one where none is named.</summary>
    public required int PadId { get; init; }

    public required bool Sample { get; init; }

    public required double Temperature { get; init; }

    public required int TopK { get; init; }

    public required double TopP { get; init; }

    public required double RepetitionPenalty { get; init; }

    /// <param name="generation">The fields of generation_config.json; none where there is no such file.</param>
    /// <param name="config">The fields of config.json.</param>
    /// <param name="vocabularySize">Ids must be below.</param>
    /// <param name="endFallback">The ending token where neither file names one; null refuses that.</param>
    public static GenerationDefaults Read(JsonFields generation, JsonFields config, int vocabularySize, int? endFallback)
    {
        IReadOnlyList<int>? Ids(string name) => generation.TokenIds(name, vocabularySize) ?? config.TokenIds(name, vocabularySize);
        var end = Ids("eos_token_id") ?? (endFallback is { } id ? [id] : throw new IngotException(ErrorCode.ModelInvalid,
            "config.json: eos_token_id is missing, and generation_config.json does not have it either."));
        return new GenerationDefaults
        {
            EndIds = end,
            BeginId = Ids("bos_token_id")?[0],
            PadId = Ids("pad_token_id")?[0] ?? end[0],
            Sample = generation.Boolean("do_sample", false),
            Temperature = generation.Number("temperature", 0, 100, 1),
            TopK = generation.Integer("top_k", 0, int.MaxValue, 50),
            TopP = generation.Number("top_p", 0, 1, 1),
            RepetitionPenalty = generation.Number("repetition_penalty", 0.01, 100, 1),
        };
    }
}

namespace Ingot.Compiler.Configs;

/// <summary>How a checkpoint stores its experts.</summary>
internal enum ExpertsLayout
{
    /// <summary>A tensor for each matrix of each expert, <c>block_sparse_moe.experts.0.w1</c> (Mixtral).</summary>
    Numbered,

    /// <summary>The same by other names, <c>mlp.experts.0.gate_proj</c> (Qwen).</summary>
    Named,

    /// <summary>A tensor for all experts, [experts, inputs, outputs], gates and ups by turns (gpt-oss in floats).</summary>
    StackedByInputs,

    /// <summary>A tensor for all experts, [experts, outputs, inputs], in blocks of 4-bit floats with a common exponent (gpt-oss as published).</summary>
    Microscaled,
}

/// <summary>Feed-forward layers that are mixtures of experts.</summary>
internal sealed record ExpertsConfig
{
    public required ExpertsLayout Layout { get; init; }

    public required int Count { get; init; }

    /// <summary>Experts a token goes through, at most <see cref="Count"/>.</summary>
    public required int PerToken { get; init; }

    /// <summary>Numbers between an expert's products.</summary>
    public required int InnerSize { get; init; }

    /// <summary>Whether experts are weighed by their probabilities among the chosen ones, and not among all.</summary>
    public required bool Normalizes { get; init; }

    /// <summary>Width of the expert that all tokens go through behind a gate of its own; 0 for none.</summary>
    public int SharedSize { get; init; }

    /// <summary>Whether router and experts have biases.</summary>
    public bool HasBiases { get; init; }

    /// <summary>The gate's function is x · sigmoid(alpha · x).</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Added to what gates let through.</summary>
    public double Beta { get; init; }

    /// <summary>The bound of gates and of what they let through; null for none.</summary>
    public double? Limit { get; init; }

    /// <summary>Every so many-th layer has experts, counted from the last of the first so many.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Layers without experts besides.</summary>
    public IReadOnlyList<int> DenseLayers { get; init; } = [];

    /// <summary>Whether a layer has experts; else it has one feed-forward part for all tokens.</summary>
    public bool AreIn(int layer) => (layer + 1) % Step == 0 && !DenseLayers.Contains(layer);
}

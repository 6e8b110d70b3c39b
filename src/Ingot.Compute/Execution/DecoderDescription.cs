namespace Ingot.Compute.Execution;

/// <summary>
/// What a model folder's configuration says about its decoder graph: where it is, its attention shape, and what its
/// inputs and outputs are called. The executor checks the graph against it.
/// </summary>
public sealed record DecoderDescription
{
    /// <summary>The graph's file, absolute or relative to the current directory.</summary>
    public required string OnnxPath { get; init; }

    /// <summary>The folder that external data must stay inside.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Attention layers, each with its own keys and values.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Key-value heads of each layer.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Elements of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Query heads of each layer; null leaves it to the graph.</summary>
    public int? QueryHeadCount { get; init; }

    /// <summary>
    /// The longest sequence that will be run, in tokens. Of a graph with several rotary tables (LongRoPE), those for longer sequences
    /// are left out. Null: as long as the graph allows.
    /// </summary>
    public int? ContextLength { get; init; }

    /// <summary>Input: token ids, [batch, tokens].</summary>
    public string InputIds { get; init; } = "input_ids";

    /// <summary>Input: which tokens exist, [batch, past + tokens]. Replaced by the step's own lengths.</summary>
    public string AttentionMask { get; init; } = "attention_mask";

    /// <summary>Input: positions, [batch, tokens]; the graph may lack it. Replaced by the step's own positions.</summary>
    public string PositionIds { get; init; } = "position_ids";

    /// <summary>Inputs: a layer's past keys; <c>%d</c> is the layer.</summary>
    public string PastKey { get; init; } = "past_key_values.%d.key";

    /// <summary>Inputs: a layer's past values; <c>%d</c> is the layer.</summary>
    public string PastValue { get; init; } = "past_key_values.%d.value";

    /// <summary>Outputs: a layer's keys with the new tokens'; <c>%d</c> is the layer.</summary>
    public string PresentKey { get; init; } = "present.%d.key";

    /// <summary>Outputs: a layer's values with the new tokens'; <c>%d</c> is the layer.</summary>
    public string PresentValue { get; init; } = "present.%d.value";

    /// <summary>Output: one score a vocabulary entry, [batch, tokens, vocabulary]; or, without <see cref="HasScores"/>, one row a token of any width.</summary>
    public string Logits { get; init; } = "logits";

    /// <summary>Whether the output is scores of the vocabulary. Default yes; no where it is rows that make vectors of texts.</summary>
    public bool HasScores { get; init; } = true;
}

namespace Ingot.Compute.Execution.Encoders;

/// <summary>What a model folder's configuration says about its encoder graph. The executor checks the graph against it.</summary>
public sealed record EncoderDescription
{
    /// <summary>The graph's file, absolute or relative to the current directory.</summary>
    public required string OnnxPath { get; init; }

    /// <summary>The folder that external data must stay inside.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Attention layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Attention heads of each layer.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Elements of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Elements of one row of the result.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Input: token ids, [batch, tokens].</summary>
    public string InputIds { get; init; } = "input_ids";

    /// <summary>Input: which tokens exist, [batch, tokens]. Replaced by the batch's own lengths.</summary>
    public string AttentionMask { get; init; } = "attention_mask";

    /// <summary>Output: one row a token, [batch, tokens, hidden size].</summary>
    public string HiddenStates { get; init; } = "last_hidden_state";

    /// <summary>
    /// Output: one row a text, [batch, any width], where the graph puts the rows of tokens together itself; null (default) where it does not.
    /// </summary>
    public string? Pooled { get; init; }

    // To the graph's reader an encoder is a model that has no past.
    internal DecoderDescription ToGraph() => new()
    {
        OnnxPath = OnnxPath,
        ModelFolder = ModelFolder,
        LayerCount = 0,
        KvHeadCount = HeadCount,
        QueryHeadCount = HeadCount,
        HeadSize = HeadSize,
        InputIds = InputIds,
        AttentionMask = AttentionMask,
        Logits = HiddenStates,
    };
}

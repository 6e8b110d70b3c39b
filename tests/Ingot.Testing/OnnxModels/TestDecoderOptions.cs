namespace Ingot.Testing.OnnxModels;

/// <summary>Whose graph the model imitates.</summary>
public enum TestArchitecture
{
    Llama,
    Qwen2,
    Qwen3,
    Phi3,
    Mistral,
    Gemma2,
    Phi2,
}

/// <summary>What the weights are made of.</summary>
public enum TestPrecision
{
    Float32,
    Float16,
    BFloat16,
    Int4,
    Int4ZeroPoints,
    Int8,
    Int8ZeroPoints,
}

/// <summary>A tiny random decoder in the style that the model builder of onnxruntime-genai writes.</summary>
public sealed record TestDecoderOptions
{
    public TestArchitecture Architecture { get; init; } = TestArchitecture.Llama;

    public TestPrecision Precision { get; init; } = TestPrecision.Float32;

    /// <summary>One product for queries, keys and values.</summary>
    public bool PackedQkv { get; init; }

    /// <summary>Rotary embedding inside the attention operator; otherwise by operators of its own.</summary>
    public bool RotaryInAttention { get; init; } = true;

    /// <summary>Rotary embedding turns neighbours instead of halves.</summary>
    public bool Interleaved { get; init; }

    public bool TiedEmbedding { get; init; }

    /// <summary>Two rotary tables chosen by the length of the sequence; the first for this many positions. 0 for one table.</summary>
    public int ShortPositions { get; init; }

    /// <summary>Whether the graph gives the logits of a step's last token alone.</summary>
    public bool LastRowAlone { get; init; }

    public int AccuracyLevel { get; init; } = 4;

    public int BlockSize { get; init; } = 32;

    public int Layers { get; init; } = 2;

    public int Hidden { get; init; } = 64;

    public int QueryHeads { get; init; } = 4;

    public int KvHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 16;

    public int FeedForward { get; init; } = 96;

    public int Vocabulary { get; init; } = 200;

    public int Positions { get; init; } = 64;

    /// <summary>Looked-back tokens of windowed layers (all of Mistral's, every other of Gemma 2's).</summary>
    public int Window { get; init; } = 6;

    /// <summary>Feed-forward layers that are mixtures of experts; null for one layer for all tokens.</summary>
    public TestExperts? Experts { get; init; }

    /// <summary>Heads have a score that takes its part of the weights to nothing.</summary>
    public bool Sinks { get; init; }

    /// <summary>A few inputs of the products behind norms are far from the others; null for none. Weights are then bell-shaped.</summary>
    public TestOutliers? Outliers { get; init; }

    /// <summary>With <see cref="Outliers"/>: the same weights as floats, so that nothing is rounded to 8 bits.</summary>
    public bool Dequantized { get; init; }

    public ulong Seed { get; init; } = 1;

    public bool IsQuantized => Precision is TestPrecision.Int4 or TestPrecision.Int4ZeroPoints or TestPrecision.Int8 or TestPrecision.Int8ZeroPoints;

    public int Bits => Precision is TestPrecision.Int8 or TestPrecision.Int8ZeroPoints ? 8 : 4;

    public bool HasZeroPoints => Precision is TestPrecision.Int4ZeroPoints or TestPrecision.Int8ZeroPoints;

    /// <summary>A name for files and messages: "qwen2-int4-packed-tied".</summary>
    public string Name
    {
        get
        {
            List<string> parts = [Architecture.ToString(), Precision.ToString()];
            if (PackedQkv)
                parts.Add("packed");
            if (!RotaryInAttention)
                parts.Add("rotary");
            if (Interleaved)
                parts.Add("interleaved");
            if (TiedEmbedding)
                parts.Add("tied");
            if (ShortPositions > 0)
                parts.Add("long");
            if (LastRowAlone)
                parts.Add("last");
            if (AccuracyLevel != 4)
                parts.Add($"level{AccuracyLevel}");
            if (BlockSize != 32)
                parts.Add($"block{BlockSize}");
            if (Experts is not null)
                parts.Add(Experts.Name);
            if (Sinks)
                parts.Add("sinks");
            return string.Join('-', parts).ToLowerInvariant();
        }
    }
}

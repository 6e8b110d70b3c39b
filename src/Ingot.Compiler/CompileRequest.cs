namespace Ingot.Compiler;

/// <summary>What to compile, into what, and where to. Exactly one of the two sources is given.</summary>
public sealed record CompileRequest
{
    /// <summary>A Hugging Face folder: <c>config.json</c>, safetensors weights, <c>tokenizer.json</c>. Null when weights are random.</summary>
    public string? SourceFolder { get; init; }

    /// <summary>
    /// A <c>config.json</c> whose shape is filled with random weights, for benchmarks. The model gets a tokenizer of the
    /// 256 bytes when its vocabulary has room for one. Null when a folder is compiled.
    /// </summary>
    public string? RandomWeightsConfig { get; init; }

    /// <summary>The folder to make. It must not exist, be empty, or hold a model that <see cref="Overwrite"/> gives up.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>How weights are stored. Default: 4-bit blocks.</summary>
    public Precision Precision { get; init; } = Precision.Int4;

    /// <summary>Weights that share a scale in the integer precisions: 16, 32, 64, 128 or 256. Default 32.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>Whether a model already in the output folder is replaced, in one step, once the new one is whole. Default no.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Which random weights; the same seed and shape give the same model. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>How far a compilation is.</summary>
/// <param name="Tensor">The tensor being written, by its name in the graph.</param>
/// <param name="WrittenBytes">Bytes of weights written so far.</param>
/// <param name="TotalBytes">Bytes of weights there will be; at least 1.</param>
public readonly record struct CompileProgress(string Tensor, long WrittenBytes, long TotalBytes);

/// <summary>What a compilation made.</summary>
/// <param name="Folder">The model's folder, as a full path.</param>
/// <param name="Architecture">The checkpoint's class, such as <c>Qwen2ForCausalLM</c>.</param>
/// <param name="WeightBytes">Bytes of weights in <c>model.onnx.data</c>, alignment apart.</param>
public sealed record CompileResult(string Folder, string Architecture, long WeightBytes);

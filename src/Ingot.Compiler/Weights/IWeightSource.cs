namespace Ingot.Compiler.Weights;

/// <summary>
/// Where weights come from: the files of a checkpoint or a generator. Names are Hugging Face's
/// (<c>model.layers.0.self_attn.q_proj.weight</c>). Safe to read from several threads.
/// </summary>
internal interface IWeightSource : IDisposable
{
    /// <summary>The tensors that are there; empty where any can be had.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Refuses (ModelInvalid, naming the tensor) when the tensor is absent or has another shape, or is of bytes where floats are wanted or the other way round.</summary>
    void Require(string name, IReadOnlyList<long> shape, bool areBytes = false);

    /// <summary>Reads consecutive elements of a tensor that was required before.</summary>
    void Read(string name, long first, Span<float> destination);
}

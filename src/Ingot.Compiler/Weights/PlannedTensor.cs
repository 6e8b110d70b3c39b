using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Weights;

/// <summary>
/// One piece of the data file: what it is made from and the initializers it becomes. Planned for the whole model before
/// the first byte is written, so that sizes and missing tensors are known then.
/// </summary>
internal abstract class PlannedTensor
{
    /// <summary>Buffers are cut so that none exceeds this many elements, or one row where a row is longer.</summary>
    protected const int ChunkElements = 1 << 21;

    /// <summary>The initializers, in the order of their data.</summary>
    public abstract IReadOnlyList<TensorProto> Initializers { get; }

    /// <summary>Bytes of data of all initializers together.</summary>
    public abstract long ByteLength { get; }

    /// <summary>The checkpoint's tensor it is made from; null where it is computed from the configuration.</summary>
    public abstract (string Name, IReadOnlyList<long> Shape)? Source { get; }

    /// <summary>All tensors of the checkpoint it is made from.</summary>
    public virtual IEnumerable<(string Name, IReadOnlyList<long> Shape)> Sources => Source is { } source ? [source] : [];

    /// <summary>What a progress line calls it.</summary>
    public string Name => Initializers[0].Name;

    /// <summary>Writes the data. Refuses (ModelInvalid, naming the tensor) weights that are not finite.</summary>
    /// <param name="source">Where the weights come from.</param>
    /// <param name="writer">Receives them.</param>
    /// <param name="written">Told of bytes as they are written.</param>
    /// <param name="cancellationToken">Ends the work between two chunks.</param>
    public abstract void Write(IWeightSource source, OnnxModelWriter writer, Action<long> written, CancellationToken cancellationToken);

    protected static TensorProto Declare(string name, OnnxDataType type, params ReadOnlySpan<long> dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        foreach (var dimension in dimensions) tensor.Dims.Add(dimension);
        return tensor;
    }

    protected static int SizeOf(OnnxDataType type) => type == OnnxDataType.Float16 ? 2 : 4;
}

using Ingot.Compute.Execution.Experts;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Where a matrix of weights comes from; equal sources are packed once.</summary>
/// <param name="Weights">Codes or floats.</param>
/// <param name="Scales">Scales of the codes; null for floats.</param>
/// <param name="ZeroPoints">Zero points of the codes; null for the middle of the range.</param>
/// <param name="Bits">Bits of a code; 0 for floats.</param>
/// <param name="BlockSize">Inputs that share a scale; 0 for floats.</param>
/// <param name="OutputCount">Outputs (rows of an embedding).</param>
/// <param name="InputCount">Inputs (columns of an embedding).</param>
/// <param name="IsOutputMajor">Whether floats are stored [outputs, inputs]; always so for codes.</param>
internal sealed record MatrixSource(
    OnnxTensor Weights, OnnxTensor? Scales, OnnxTensor? ZeroPoints, int Bits, int BlockSize, int OutputCount, int InputCount, bool IsOutputMajor)
{
    /// <summary>All tensors it is made of.</summary>
    public IEnumerable<OnnxTensor> Tensors => new[] { Weights, Scales, ZeroPoints }.OfType<OnnxTensor>();
}

/// <summary>A matrix the graph multiplies with; packed after the whole graph has been understood.</summary>
internal sealed class MatrixSlot(MatrixSource source)
{
    public MatrixSource Source { get; } = source;

    public WeightMatrix Matrix { get; set; } = null!;
}

/// <summary>An embedding the graph looks up rows of: the matrix that is multiplied with as well, or a table of its own.</summary>
internal sealed unsafe class EmbeddingSlot(MatrixSource source)
{
    public MatrixSource Source { get; } = source;

    public WeightMatrix? Matrix { get; set; }

    public NativeBuffer<byte>? Table { get; set; }

    public void ReadRow(int token, float* destination)
    {
        if (Matrix is not null)
        {
            Matrix.ReadRow(token, destination);
            return;
        }

        var type = WeightPacking.ElementTypeOf(Source.Weights);
        var bytes = (long)Source.InputCount * (type == ElementType.Float32 ? 4 : 2);
        var row = new SourceTensor(Table!.Pointer + (token * bytes), bytes, type);
        for (var i = 0; i < Source.InputCount; i++)
            destination[i] = row[i];
    }
}

/// <summary>All weights of a model: collected while the graph is read, then packed with the whole team. Owns the packed memory.</summary>
internal sealed unsafe class WeightSlots : IDisposable
{
    private readonly Dictionary<MatrixSource, MatrixSlot> _matrices = [];
    private readonly List<EmbeddingSlot> _embeddings = [];
    private readonly List<ExpertSlot> _experts = [];
    private readonly Dictionary<OnnxTensor, NativeBuffer<float>> _vectorsOfTensors = new(ReferenceEqualityComparer.Instance);
    private readonly List<NativeBuffer<float>> _vectors = [];
    private readonly NativeArena _arena = new();

    /// <summary>Bytes of all packed weights.</summary>
    public long ByteLength { get; private set; }

    public IEnumerable<MatrixSlot> Matrices => _matrices.Values;

    public IReadOnlyList<EmbeddingSlot> Embeddings => _embeddings;

    public IReadOnlyList<ExpertSlot> Experts => _experts;

    /// <summary>The matrices of a layer's experts.</summary>
    public ExpertSlot Expert(ExpertSource source)
    {
        var slot = new ExpertSlot(source);
        _experts.Add(slot);
        return slot;
    }

    public MatrixSlot Matrix(MatrixSource source)
    {
        if (!_matrices.TryGetValue(source, out var slot))
            _matrices[source] = slot = new MatrixSlot(source);
        return slot;
    }

    public EmbeddingSlot Embedding(MatrixSource source)
    {
        if (_embeddings.Find(known => known.Source == source) is { } same)
            return same;
        var slot = new EmbeddingSlot(source);
        _embeddings.Add(slot);
        return slot;
    }

    /// <summary>A tensor kept as floats; the same memory however often it is asked for.</summary>
    public NativeBuffer<float> Vector(OnnxTensor tensor)
    {
        if (!_vectorsOfTensors.TryGetValue(tensor, out var vector))
            _vectorsOfTensors[tensor] = vector = Vector(tensor.ToFloats());
        return vector;
    }

    /// <summary>Numbers kept as they are (norm weights, biases, rotary tables).</summary>
    public NativeBuffer<float> Vector(ReadOnlySpan<float> numbers)
    {
        var buffer = new NativeBuffer<float>(numbers.Length);
        numbers.CopyTo(buffer.Span);
        _vectors.Add(buffer);
        ByteLength += buffer.ByteLength;
        return buffer;
    }

    /// <summary>Packs everything, in the order of the graph, which is that of most files.</summary>
    public void Pack(ThreadTeam team, CancellationToken ct)
    {
        var reading = new SourceReading([.. _matrices.Values.Select(slot => slot.Source.Tensors), .. _experts.Select(slot => slot.Source.Tensors)]);
        foreach (var slot in _matrices.Values)
        {
            ct.ThrowIfCancellationRequested();
            reading.Begin();
            slot.Matrix = WeightPacking.Pack(slot.Source, team, _arena);
            reading.End();
            ByteLength += slot.Matrix.ByteLength;
        }

        foreach (var slot in _experts)
        {
            reading.Begin();
            slot.Pack(team, _arena, ct);
            reading.End();
            ByteLength += slot.ByteLength;
        }

        foreach (var slot in _embeddings)
        {
            ct.ThrowIfCancellationRequested();
            if (_matrices.TryGetValue(slot.Source, out var shared))
            {
                slot.Matrix = shared.Matrix;
            }
            else if (slot.Source.Bits > 0 || !slot.Source.IsOutputMajor)
            {
                var owned = Matrix(slot.Source);
                slot.Matrix = owned.Matrix = WeightPacking.Pack(slot.Source, team, _arena);
                ByteLength += slot.Matrix.ByteLength;
            }
            else
            {
                slot.Table = WeightPacking.Copy(slot.Source.Weights, team);
                ByteLength += slot.Table.ByteLength;
            }

            SourceReading.Leave(slot.Source.Tensors);
        }
    }

    public void Dispose()
    {
        foreach (var slot in _matrices.Values)
            slot.Matrix?.Dispose();
        foreach (var slot in _experts)
            slot.Dispose();
        foreach (var slot in _embeddings)
            slot.Table?.Dispose();
        foreach (var vector in _vectors)
            vector.Dispose();
        _arena.Dispose();
    }
}

/// <summary>From tensors of a model file to packed matrices.</summary>
internal static unsafe class WeightPacking
{
    public static WeightMatrix Pack(MatrixSource source, ThreadTeam team, NativeArena arena)
    {
        try
        {
            if (source.Bits == 0)
            {
                var part = new FloatPart { OutputCount = source.OutputCount, Weights = View(source.Weights), Transposed = source.IsOutputMajor };
                return FloatMatrix.Pack(source.InputCount, [part], team, arena);
            }

            var quantized = new BlockQuantizedPart
            {
                OutputCount = source.OutputCount,
                Weights = View(source.Weights),
                Scales = View(source.Scales!),
                ZeroPoints = source.ZeroPoints is null ? null : View(source.ZeroPoints),
            };
            return BlockQuantizedMatrix.Pack(source.Bits, source.BlockSize, source.InputCount, [quantized], team, arena);
        }
        catch (IngotException e) when (e.Code is ErrorCode.ModelInvalid or ErrorCode.ModelUnsupported)
        {
            throw new IngotException(e.Code, $"Tensor '{ContainedPath.Printable(source.Weights.Name)}': {e.Message}", inner: e);
        }
    }

    /// <summary>The bytes of a tensor, copied by the whole team.</summary>
    public static NativeBuffer<byte> Copy(OnnxTensor tensor, ThreadTeam team)
    {
        const long Stretch = 1 << 20;
        var copy = new NativeBuffer<byte>(tensor.ByteLength);
        TileWork.Run(team, checked((int)((tensor.ByteLength + Stretch - 1) / Stretch)), (from, to) =>
        {
            var bytes = Math.Min(tensor.ByteLength, to * Stretch) - (from * Stretch);
            if (bytes > 0)
                Buffer.MemoryCopy(tensor.Data + (from * Stretch), copy.Pointer + (from * Stretch), bytes, bytes);
        });
        return copy;
    }

    public static ElementType ElementTypeOf(OnnxTensor tensor) => tensor.DataType switch
    {
        OnnxDataType.Float => ElementType.Float32,
        OnnxDataType.Float16 => ElementType.Float16,
        OnnxDataType.BFloat16 => ElementType.BFloat16,
        OnnxDataType.UInt8 => ElementType.UInt8,
        _ => throw new IngotException(ErrorCode.ModelUnsupported,
            $"Tensor '{ContainedPath.Printable(tensor.Name)}' holds {OnnxDataTypes.NameOf(tensor.DataType)}, which weights cannot be made of."),
    };

    internal static SourceTensor View(OnnxTensor tensor) => new(tensor.Data, tensor.ByteLength, ElementTypeOf(tensor));
}

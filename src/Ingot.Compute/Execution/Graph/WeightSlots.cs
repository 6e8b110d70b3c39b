using Ingot.Compute.Execution.Experts;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Compute.Threading;

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

        var type = WeightPieces.ElementTypeOf(Source.Weights);
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
    private readonly Dictionary<(OnnxTensor Tensor, int Width), NativeBuffer<float>> _vectorsOfTensors = [];
    private readonly List<NativeBuffer<float>> _vectors = [];
    private readonly List<(IEnumerable<OnnxTensor> Tensors, Func<IEnumerable<WeightPiece>> Pieces)> _inOrder = [];
    private readonly NativeArena _arena = new();
    private readonly SourceRooms _rooms = new();

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
        _inOrder.Add((source.Tensors, () => slot.Pieces(Count)));
        return slot;
    }

    public MatrixSlot Matrix(MatrixSource source)
    {
        if (!_matrices.TryGetValue(source, out var slot))
        {
            _matrices[source] = slot = new MatrixSlot(source);
            _inOrder.Add((source.Tensors, () => [WeightPieces.Of(slot, _rooms, Count)]));
        }

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

    /// <summary>A tensor kept as floats; the same memory however often it is asked for, filled when the weights are packed.</summary>
    public NativeBuffer<float> Vector(OnnxTensor tensor) => Vector(tensor, tensor.CountFloats());

    /// <summary>As <see cref="Vector(OnnxTensor)"/>, the tensor again and again up to a width.</summary>
    public NativeBuffer<float> Vector(OnnxTensor tensor, int width)
    {
        if (!_vectorsOfTensors.TryGetValue((tensor, width), out var vector))
        {
            tensor.CountFloats();
            _vectorsOfTensors[(tensor, width)] = vector = Add(width);
            _inOrder.Add(([tensor], () => [WeightPieces.Of(tensor, vector)]));
        }

        return vector;
    }

    /// <summary>Numbers kept as they are (norm weights, biases, rotary tables).</summary>
    public NativeBuffer<float> Vector(ReadOnlySpan<float> numbers)
    {
        var buffer = Add(numbers.Length);
        numbers.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Packs everything, in the order of the files.</summary>
    public void Pack(ThreadTeam team, CancellationToken ct)
    {
        foreach (var slot in _embeddings.Where(slot => !IsTable(slot)))
            Matrix(slot.Source);
        foreach (var slot in _embeddings.Where(slot => !_matrices.ContainsKey(slot.Source)))
            _inOrder.Add(([slot.Source.Weights], () => [WeightPieces.Of(slot, Count)]));
        // Of several files and of what is in none, one after the other as the graph names them.
        List<WeightFile?> files = [.. _inOrder.Select(piece => piece.Tensors.First().File).Distinct()];
        var inOrder = _inOrder.OrderBy(piece => files.IndexOf(piece.Tensors.First().File)).ThenBy(piece => piece.Tensors.First().Offset).ToList();
        var reading = new SourceReading(inOrder.SelectMany(piece => piece.Tensors).Distinct());
        using var line = new PackingLine(team, _arena, reading);
        line.Run(inOrder.SelectMany(piece => piece.Pieces()), ct);
        _rooms.Dispose();
        foreach (var slot in _embeddings)
            slot.Matrix = _matrices.GetValueOrDefault(slot.Source)?.Matrix;
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
        _rooms.Dispose();
    }

    // Floats row by row are looked up where they are, unless a product needs them as a matrix.
    private static bool IsTable(EmbeddingSlot slot) => slot.Source is { Bits: 0, IsOutputMajor: true };

    private NativeBuffer<float> Add(int length)
    {
        var buffer = new NativeBuffer<float>(length);
        _vectors.Add(buffer);
        ByteLength += buffer.ByteLength;
        return buffer;
    }

    private void Count(long bytes) => ByteLength += bytes;
}

using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>
/// What is known while the graph is read: what each name stands for, the operations so far, the weights they will need.
/// The operators' readers (in <c>Operators/</c>) put their results here.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<(RowBuffer Buffer, int Offset, int Width), (QuantizedRows Rows, int WriteCount)> _quantized = [];
    private readonly Dictionary<(OnnxTensor Cosines, OnnxTensor Sines), RotaryTable> _rotaryTables = [];
    private readonly SortedSet<int> _rotaryLimits = [];
    private readonly Dictionary<RowBuffer, int> _writeCounts = [];

    public GraphBuilder(OnnxModelFile file, DecoderDescription description, WeightSlots weights, IEnumerable<OnnxNode> nodes)
    {
        File = file;
        Description = description;
        Weights = weights;
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs)
                _uses[input] = _uses.GetValueOrDefault(input) + 1;
        }
    }

    public OnnxModelFile File { get; }

    public DecoderDescription Description { get; }

    public WeightSlots Weights { get; }

    /// <summary>Operations in the graph's order.</summary>
    public List<Operation> Operations { get; } = [];

    /// <summary>Whether sequences are computed in several steps, as text is generated; an encoder sees each whole.</summary>
    public bool HasPast => Description.LayerCount > 0;

    /// <summary>Positions that every table looked up by position has; null when the graph uses none.</summary>
    public int? PositionCount { get; private set; }

    /// <summary>Lengths beyond which a sequence takes other rotary tables, ascending; empty where one is for all.</summary>
    public IReadOnlyCollection<int> RotaryLimits => _rotaryLimits;

    /// <summary>Says that a table ends at this many positions.</summary>
    public void LimitPositions(int count) => PositionCount = Math.Min(count, PositionCount ?? int.MaxValue);

    /// <summary>Says what a name stands for.</summary>
    public void Define(string name, GraphValue value)
    {
        // One reader may write over what it reads; a name that is also the graph's output has a reader outside.
        if (value is RowsValue { IsExclusive: true } rows && (_uses.GetValueOrDefault(name) > 1 || name == Description.Logits))
            value = rows with { IsExclusive = false };
        if (!_values.TryAdd(name, value))
            throw new IngotException(ErrorCode.ModelInvalid, $"The value '{ContainedPath.Printable(name)}' of {File.FileName} is given twice.");
    }

    /// <summary>What an input of a node stands for; null when the input is left out.</summary>
    public GraphValue? Value(OnnxNode node, int index)
    {
        if (!node.HasInput(index))
            return null;
        var name = node.Input(index);
        return FindOrRead(name)
            ?? throw node.Unsupported($"takes the input '{ContainedPath.Printable(name)}', which is not one of the decoder inputs that the configuration names");
    }

    /// <summary>What a name stands for; null when nothing does.</summary>
    public GraphValue? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>As <see cref="Find"/>, initializers nobody has asked for yet included.</summary>
    public GraphValue? FindOrRead(string name)
    {
        if (Find(name) is { } value)
            return value;
        return File.FindInitializer(name) is { } tensor ? _values[name] = new ConstantValue(tensor, tensor.Dims.ToArray(), Transposed: false) : null;
    }

    public RowsValue Rows(OnnxNode node, int index) => Value(node, index) as RowsValue
        ?? throw node.Unsupported($"does not take one row per token as input {index} ('{ContainedPath.Printable(node.Input(index))}')");

    public ConstantValue Constant(OnnxNode node, int index) => Value(node, index) as ConstantValue
        ?? throw node.Unsupported($"takes a computed value as input {index} ('{ContainedPath.Printable(node.Input(index))}'); only a constant is supported");

    /// <summary>The integers of a constant list or a shape whose every element is known; null otherwise.</summary>
    public long[]? Integers(OnnxNode node, int index) => Value(node, index) switch
    {
        ConstantValue { Transposed: false } constant when constant.Tensor.Count <= 64 => constant.Tensor.ToIntegers(),
        ShapeValue { Elements: { } elements } when elements.All(e => e.HasValue) => [.. elements.Select(e => e!.Value)],
        _ => null,
    };

    /// <summary>A constant that must be a vector of a given length (other dimensions 1), kept as floats.</summary>
    public NativeBuffer<float> Vector(OnnxNode node, int index, int length)
    {
        var constant = Constant(node, index);
        if (constant.Tensor.Count != length)
            throw node.Invalid($"has input {index} of shape {Shape(constant)} where {length} elements are needed");
        return Weights.Vector(constant.Tensor);
    }

    public static string Shape(ConstantValue constant) => $"[{string.Join(", ", constant.Dims)}]";

    public void Emit(Operation operation)
    {
        Operations.Add(operation);
        foreach (var access in operation.Accesses)
        {
            if (access is { IsWrite: true, Resource: RowBuffer buffer })
                _writeCounts[buffer] = _writeCounts.GetValueOrDefault(buffer) + 1;
        }
    }

    /// <summary>New rows for a result.</summary>
    public static RowsValue NewRows(int width) => RowsValue.Of(new RowBuffer(width));

    /// <summary>Where a result of the same shape goes: over its input where nobody else reads that.</summary>
    public static RowsValue InPlaceOf(RowsValue input) =>
        input.IsExclusive ? input : NewRows(input.Width) with { LastDim = input.LastDim, Rank = input.Rank, HeadsFirst = input.HeadsFirst };

    /// <summary>The 8-bit form of rows, shared by all products that read them.</summary>
    public QuantizedRows Quantized(RowsValue input)
    {
        var key = (input.Buffer, input.Offset, input.Width);
        var writes = _writeCounts.GetValueOrDefault(input.Buffer);
        if (_quantized.TryGetValue(key, out var known) && known.WriteCount == writes)
            return known.Rows;
        var rows = new QuantizedRows(input.Width);
        var producer = Operations.LastOrDefault(o => o.Accesses.Any(a => a.IsWrite && ReferenceEquals(a.Resource, input.Buffer)));
        var byColumns = input.IsWhole && producer is { Division: Division.Columns } && producer.DividedWidth == input.Width;
        Emit(new QuantizeOperation(input, rows, byColumns));
        _quantized[key] = (rows, writes);
        return rows;
    }

    /// <summary>The tables of a node's cosines and sines, by length; nodes that share them share them.</summary>
    public RotaryTables RotaryTables(OnnxNode node, int cosinesIndex, int sinesIndex)
    {
        var cosines = Choices(node, cosinesIndex);
        var sines = Choices(node, sinesIndex);
        if (!cosines.Select(choice => choice.Longest).SequenceEqual(sines.Select(choice => choice.Longest)))
            throw node.Invalid("takes cosines and sines that change at different lengths");
        RotaryTable[] tables = [.. cosines.Zip(sines, (cosine, sine) => RotaryTable(node, cosine.Value, sine.Value))];
        int[] longest = [.. cosines.Select(choice => choice.Longest)];
        for (var i = 0; i < tables.Length - 1; i++)
        {
            if (tables[i].Half != tables[^1].Half || tables[i].PositionCount < longest[i])
                throw node.Invalid($"has rotary tables of {tables[i].PositionCount} positions and {tables[i].Half} pairs for sequences of up to {longest[i]}, and {tables[^1].Half} pairs beyond");
            _rotaryLimits.Add(longest[i]);
        }

        LimitPositions(tables[^1].PositionCount);
        return new RotaryTables(longest, tables);
    }

    private IReadOnlyList<(int Longest, ConstantValue Value)> Choices(OnnxNode node, int index) =>
        Value(node, index) is ChosenValue chosen ? chosen.Choices : [(int.MaxValue, Constant(node, index))];

    private RotaryTable RotaryTable(OnnxNode node, ConstantValue cosines, ConstantValue sines)
    {
        if (_rotaryTables.TryGetValue((cosines.Tensor, sines.Tensor), out var table))
            return table;
        if (cosines.Dims.Length != 2 || !cosines.Dims.SequenceEqual(sines.Dims) || cosines.Transposed || sines.Transposed || cosines.Tensor.Count == 0)
            throw node.Invalid($"has rotary tables of shapes {Shape(cosines)} and {Shape(sines)}; two equal shapes [positions, half] are needed");
        table = new RotaryTable(
            Weights.Vector(cosines.Tensor), Weights.Vector(sines.Tensor), checked((int)cosines.Dims[0]), checked((int)cosines.Dims[1]));
        return _rotaryTables[(cosines.Tensor, sines.Tensor)] = table;
    }
}

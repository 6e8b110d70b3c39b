using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>
/// Follows what a graph computes of constants alone: that happens while it is loaded, before anybody has asked for anything. Refuses
/// what would take more than its share of memory, and notes what cannot be told.
/// </summary>
/// <param name="file">The model.</param>
/// <param name="graph">The graph.</param>
/// <param name="outer">Of a graph inside another one, the other's.</param>
/// <param name="budget">What all of the model may take.</param>
internal sealed class ConstantValues(OnnxModelFile file, GraphProto graph, ConstantValues? outer, ConstantBudget budget)
{
    /// <summary>The most elements of one tensor whose shape the graph says.</summary>
    public const long MostElements = int.MaxValue;

    // Which input is a shape, or counts that a tensor's dimensions are multiplied by.
    private static readonly Dictionary<string, int> Shapes = new(StringComparer.Ordinal)
    {
        ["ConstantOfShape"] = 0,
        ["Expand"] = 1,
        ["Tile"] = 1,
        ["Pad"] = 1,
        ["OneHot"] = 1,
        ["Resize"] = 3,
    };

    private readonly Dictionary<string, Constant> _computed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _given = Index(graph.Initializer, tensor => tensor.Name);
    private readonly Dictionary<string, ValueInfoProto> _inputs = Index(graph.Input, input => input.Name);

    /// <summary>Looks at a node; those whose results it takes have been looked at before.</summary>
    /// <exception cref="IngotException">ModelInvalid: it would make a tensor that is too large, or all of them together are.</exception>
    public void Visit(NodeProto node)
    {
        CheckShape(node);
        if (node.Output.Count == 0 || node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0))
            return;
        if (node is { OpType: "Constant", Domain: "" or "ai.onnx" })
        {
            if (Given(node) is { } given)
                _computed.TryAdd(node.Output[0], given);
            return;
        }

        if (node is { OpType: "Shape" or "Size", Domain: "" or "ai.onnx", Input: [var measured, ..] })
        {
            if (DimsOf(measured) is { } dims)
                _computed.TryAdd(node.Output[0], node.OpType is "Size" ? Constant.OfIntegers([Constant.Product(dims)], isScalar: true) : Shape(node, dims));
            return;
        }

        // Weights that are kept quantised are turned into numbers by each run, not by the load.
        if (node.OpType is "DequantizeLinear" || node.Input.Count == 0 || node.Input.Any(name => name.Length > 0 && Find(name) is null))
            return;
        Constant?[] inputs = [.. node.Input.Select(name => name.Length == 0 ? null : Find(name))];
        if (node.Domain is not ("" or "ai.onnx") || ConstantRules.SizeOf(node, inputs) is not { } size)
        {
            budget.Untold();
            return;
        }

        budget.Take(size.Bytes, node, file.FileName);
        var integers = ConstantIntegers.Of(node, inputs, size);
        foreach (var output in node.Output.Where(output => output.Length > 0))
            _computed.TryAdd(output, size with { Integers = integers });
    }

    private static Dictionary<string, T> Index<T>(IEnumerable<T> items, Func<T, string> nameOf)
    {
        var index = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
            index.TryAdd(nameOf(item), item);
        return index;
    }

    private static Constant Shape(NodeProto node, long[] dims)
    {
        var start = (int)Math.Clamp(Place("start", 0), 0, dims.Length);
        return Constant.OfIntegers(dims[start..(int)Math.Clamp(Place("end", dims.Length), start, dims.Length)]);

        long Place(string name, long usual) =>
            node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I is not { } place ? usual : place < 0 ? place + dims.Length : place;
    }

    private Constant? Find(string name)
    {
        if (_computed.TryGetValue(name, out var known))
            return known;
        if (_given.TryGetValue(name, out var tensor))
            return _computed[name] = Read(tensor);
        return _inputs.ContainsKey(name) ? null : outer?.Find(name);
    }

    // Of a constant, and of an input whose dimensions are all said.
    private long[]? DimsOf(string name)
    {
        if (Find(name) is { } constant)
            return constant.Dims;
        if (!_inputs.TryGetValue(name, out var input) || input.Type?.TensorType?.Shape?.Dim is not { } dims)
            return null;
        return dims.All(dim => dim.ValueCase is TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue) ? [.. dims.Select(dim => dim.DimValue)] : null;
    }

    private Constant? Given(NodeProto node)
    {
        if (node.Attribute.Count != 1)
            return null;
        var attribute = node.Attribute[0];
        return attribute.Name switch
        {
            "value" when attribute.T is { } tensor => Read(tensor),
            "value_int" => Constant.OfIntegers([attribute.I], isScalar: true),
            "value_ints" => Constant.OfIntegers([.. attribute.Ints]) with { Integers = attribute.Ints.Count > Constant.MostIntegers ? null : [.. attribute.Ints] },
            "value_float" => Constant.Of([], sizeof(float)),
            "value_floats" => Constant.Of([attribute.Floats.Count], sizeof(float)),
            _ => null,
        };
    }

    private Constant Read(TensorProto tensor)
    {
        var type = (OnnxDataType)tensor.DataType;
        var size = Constant.Of([.. tensor.Dims], type is OnnxDataType.String ? sizeof(long) : Math.Max(1, OnnxDataTypes.BitsOf(type) / 8));
        return type is OnnxDataType.Int64 or OnnxDataType.Int32 && size.Count <= Constant.MostIntegers ? size with { Integers = file.Open(tensor).ToIntegers() } : size;
    }

    private void CheckShape(NodeProto node)
    {
        if (Shapes.TryGetValue(node.OpType, out var place))
        {
            if (place < node.Input.Count && Find(node.Input[place])?.Integers is { } dims)
                CheckProduct(node, dims);
        }
        else if (node.OpType is "RandomNormal" or "RandomUniform" && node.Attribute.FirstOrDefault(attribute => attribute.Name is "shape") is { } shape)
        {
            CheckProduct(node, [.. shape.Ints]);
        }
    }

    private void CheckProduct(NodeProto node, long[] dims)
    {
        // What is left open, and what is only padded, counts as it is.
        if (!dims.Contains(0) && Constant.Product([.. dims.Select(dim => dim < 0 ? 1 : dim)]) > MostElements)
            throw ConstantBudget.TooLarge(node, file.FileName);
    }
}

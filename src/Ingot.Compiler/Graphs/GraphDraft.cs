using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Ingot.Compiler.Weights;
using Ingot.Compute.Onnx;

namespace Ingot.Compiler.Graphs;

/// <summary>
/// A graph in the making: nodes in running order, and the weights planned for it. A node's first output is its name
/// and <c>/output_0</c>, as in every exported graph.
/// </summary>
internal sealed class GraphDraft
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Contributed = "com.microsoft";

    private const int IrVersion = 10;
    private const int OpsetVersion = 21;
    private const int ContributedVersion = 1;

    private readonly GraphProto _graph = new() { Name = "main_graph" };
    private readonly List<PlannedTensor> _weights = [];
    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);

    /// <summary>Every weight the nodes refer to, in the order of the data file.</summary>
    public IReadOnlyList<PlannedTensor> Weights => _weights;

    /// <summary>Plans a weight and returns its first initializer's name.</summary>
    public string Add(PlannedTensor weight)
    {
        _weights.Add(weight);
        _graph.Initializer.AddRange(weight.Initializers);
        return weight.Name;
    }

    /// <summary>Adds a node of ONNX's own operators with one output.</summary>
    public string Add(string operation, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Add("", operation, name, inputs, [$"{name}/output_0"], attributes);

    /// <summary>Adds a node and returns its first output.</summary>
    public string Add(string domain, string operation, string name, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = name, OpType = operation, Domain = domain };
        foreach (var input in inputs) node.Input.Add(input);
        foreach (var output in outputs) node.Output.Add(output);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        _graph.Node.Add(node);
        return outputs[0];
    }

    /// <summary>A constant list of 64-bit numbers, made once however often it is asked for.</summary>
    public string List(params ReadOnlySpan<long> values) =>
        Constant($"/model/constants/INT64/[{string.Join(", ", values.ToArray())}]", values, isScalar: false);

    /// <summary>A constant 64-bit number without dimensions.</summary>
    public string Scalar(long value) =>
        Constant($"/model/constants/INT64/{value.ToString(CultureInfo.InvariantCulture)}", [value], isScalar: true);

    public void Input(string name, OnnxDataType type, params ReadOnlySpan<object> dimensions) => _graph.Input.Add(Describe(name, type, dimensions));

    public void Output(string name, OnnxDataType type, params ReadOnlySpan<object> dimensions) => _graph.Output.Add(Describe(name, type, dimensions));

    /// <summary>The finished model; its initializers have places once their weights are written.</summary>
    public ModelProto ToModel()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "ingot", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OpsetVersion });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Contributed, Version = ContributedVersion });
        return model;
    }

    public static AttributeProto Integer(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Real(string name, double value) => new() { Name = name, F = (float)value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values) attribute.Ints.Add(value);
        return attribute;
    }

    private string Constant(string name, ReadOnlySpan<long> values, bool isScalar)
    {
        if (!_constants.Add(name)) return name;
        var tensor = new TensorProto { Name = name, DataType = (int)OnnxDataType.Int64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        if (!isScalar) tensor.Dims.Add(values.Length);
        _graph.Initializer.Add(tensor);
        return name;
    }

    private static ValueInfoProto Describe(string name, OnnxDataType type, ReadOnlySpan<object> dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (var dimension in dimensions)
        {
            shape.Dim.Add(dimension is int fixedSize
                ? new TensorShapeProto.Types.Dimension { DimValue = fixedSize }
                : new TensorShapeProto.Types.Dimension { DimParam = (string)dimension });
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}

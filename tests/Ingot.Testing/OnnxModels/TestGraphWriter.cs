using System.Runtime.InteropServices;
using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Nodes and constants of a graph under construction.</summary>
internal sealed class TestGraphWriter(TestPrecision precision)
{
    public const string Microsoft = "com.microsoft";

    private readonly HashSet<string> _constants = new(StringComparer.Ordinal);

    public GraphProto Graph { get; } = new() { Name = "main_graph" };

    /// <summary>What activations and unquantised weights are in this model.</summary>
    public OnnxDataType FloatType => precision switch
    {
        TestPrecision.Float16 => OnnxDataType.Float16,
        TestPrecision.BFloat16 => OnnxDataType.BFloat16,
        _ => OnnxDataType.Float,
    };

    /// <summary>Adds a node whose one output is named after it.</summary>
    public string Node(string op, string name, string[] inputs, string domain = "", params (string Name, object Value)[] attributes) =>
        Node(op, name, inputs, [$"{name}/output_0"], domain, attributes);

    public string Node(string op, string name, string[] inputs, string[] outputs, string domain = "", params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = op, Name = name, Domain = domain, Input = { inputs }, Output = { outputs } };
        foreach (var (key, value) in attributes)
            node.Attribute.Add(Attribute(key, value));
        Graph.Node.Add(node);
        return outputs[0];
    }

    public string Floats(string name, long[] dims, float[] values, OnnxDataType? type = null)
    {
        Graph.Initializer.Add(FloatTensor(name, dims, values, type ?? FloatType));
        return name;
    }

    public string Bytes(string name, long[] dims, byte[] values)
    {
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)OnnxDataType.UInt8, Dims = { dims }, RawData = ByteString.CopyFrom(values) });
        return name;
    }

    /// <summary>A list of integers (or a scalar), once for all nodes that use it.</summary>
    public string Integers(params long[] values) => Integers($"[{string.Join(", ", values)}]", [values.Length], values);

    public string Integer(long value) => Integers($"{value}", [], [value]);

    /// <summary>A scalar of the graph's float type.</summary>
    public string Number(float value)
    {
        var name = FormattableString.Invariant($"/model/constants/{FloatType}/{value}");
        if (_constants.Add(name))
            Floats(name, [], [value]);
        return name;
    }

    public static TensorProto FloatTensor(string name, long[] dims, float[] values, OnnxDataType type)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, Dims = { dims } };
        tensor.RawData = type switch
        {
            OnnxDataType.Float16 => ByteString.CopyFrom(MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (Half)v).AsSpan())),
            OnnxDataType.BFloat16 => ByteString.CopyFrom(MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan())),
            _ => ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        };
        return tensor;
    }

    public void Input(string name, OnnxDataType type, params object[] dims) => Graph.Input.Add(Info(name, type, dims));

    public void Output(string name, OnnxDataType type, params object[] dims) => Graph.Output.Add(Info(name, type, dims));

    public static ValueInfoProto Info(string name, OnnxDataType type, params object[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims)
            shape.Dim.Add(dim is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dim, null) });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private string Integers(string text, long[] dims, long[] values)
    {
        var name = $"/model/constants/INT64/{text}";
        if (_constants.Add(name))
            Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)OnnxDataType.Int64, Dims = { dims }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) });
        return name;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = i },
        float f => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = f },
        string s => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(s) },
        long[] ints => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { ints } },
        TensorProto tensor => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Tensor, T = tensor },
        GraphProto graph => new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph },
        _ => throw new ArgumentException($"No attribute of {value.GetType()}.", nameof(value)),
    };
}

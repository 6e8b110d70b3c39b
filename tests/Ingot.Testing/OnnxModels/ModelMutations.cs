using System.Globalization;
using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Damaged and hostile forms of a model, the same on every run.</summary>
public static class ModelMutations
{
    private static readonly long[] Numbers = [-1, 0, 1, 7, 1L << 20, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];

    /// <summary>A hundred forms of a test decoder in quantised weights with attention as one operator.</summary>
    public static IEnumerable<(string Name, byte[] Model)> OfFused() =>
        Of(TestDecoderGraphs.Build(new TestDecoderOptions { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4ZeroPoints }), 1);

    /// <summary>A hundred forms of one whose attention is written out.</summary>
    public static IEnumerable<(string Name, byte[] Model)> OfPlain() => Of(new TestPlainDecoder().Build(), 2);

    private static IEnumerable<(string Name, byte[] Model)> Of(ModelProto model, ulong seed)
    {
        var random = new TestRandom(seed);
        var bytes = model.ToByteArray();
        yield return ("empty", []);
        for (var i = 0; i < 9; i++)
            yield return ($"truncated {i}", bytes[..random.Below(bytes.Length)]);
        for (var i = 0; i < 20; i++)
        {
            // The beginning is graph, the end mostly weights.
            var damaged = bytes.ToArray();
            for (var flip = 0; flip <= i / 4; flip++)
                damaged[random.Below(i % 2 == 0 ? damaged.Length : Math.Min(damaged.Length, 6000))] ^= (byte)(1 << random.Below(8));
            yield return ($"flipped {i}", damaged);
        }

        for (var i = 0; i < 52; i++)
        {
            var changed = model.Clone();
            yield return ($"field {i}: {ChangeField(changed, random, i % 13)}", changed.ToByteArray());
        }

        foreach (var (name, change) in Hostile())
        {
            var changed = model.Clone();
            change(changed);
            yield return (name, changed.ToByteArray());
        }
    }

    private static string ChangeField(ModelProto model, TestRandom random, int kind)
    {
        var graph = model.Graph;
        var node = graph.Node[random.Below(graph.Node.Count)];
        var tensor = graph.Initializer[random.Below(graph.Initializer.Count)];
        var port = random.Below(2) == 0 ? graph.Input[random.Below(graph.Input.Count)] : graph.Output[random.Below(graph.Output.Count)];
        var number = Numbers[random.Below(Numbers.Length)];
        switch (kind)
        {
            case 0:
                tensor.Dims.Add(number);
                return $"{tensor.Name} has one more dimension, {number}";
            case 1 when tensor.Dims.Count > 0:
                tensor.Dims[random.Below(tensor.Dims.Count)] = number;
                return $"{tensor.Name} has a dimension of {number}";
            case 2:
                tensor.DataType = random.Below(30);
                return $"{tensor.Name} is of type {tensor.DataType}";
            case 3:
                tensor.RawData = ByteString.CopyFrom(tensor.RawData.ToByteArray()[..random.Below(tensor.RawData.Length + 1)]);
                return $"{tensor.Name} is cut short";
            case 4 when node.Input.Count > 0:
                node.Input[random.Below(node.Input.Count)] = graph.Node[random.Below(graph.Node.Count)].Output[0];
                return $"{node.Name} takes something else";
            case 5 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Below(node.Input.Count));
                return $"{node.Name} takes one less";
            case 6:
                node.OpType = graph.Node[random.Below(graph.Node.Count)].OpType;
                return $"{node.Name} is a {node.OpType}";
            case 7 when Attributed(graph, random) is { } attribute:
                attribute.I = number;
                return $"{attribute.Name} = {number}";
            case 8 when Attributed(graph, random) is { } attribute:
                attribute.Type = (AttributeProto.Types.AttributeType)random.Below(15);
                return $"{attribute.Name} is of type {attribute.Type}";
            case 9:
                port.Type.TensorType.ElemType = random.Below(30);
                return $"{port.Name} is of type {port.Type.TensorType.ElemType}";
            case 10 when port.Type.TensorType.Shape.Dim.Count > 0:
                port.Type.TensorType.Shape.Dim[random.Below(port.Type.TensorType.Shape.Dim.Count)] = new TensorShapeProto.Types.Dimension { DimValue = number };
                return $"{port.Name} has a dimension of {number}";
            case 11:
                model.OpsetImport[random.Below(model.OpsetImport.Count)].Version = number;
                return $"version {number}";
            default:
                graph.Node.RemoveAt(random.Below(graph.Node.Count));
                return "a node less";
        }
    }

    private static AttributeProto? Attributed(GraphProto graph, TestRandom random)
    {
        AttributeProto[] all = [.. graph.Node.SelectMany(node => node.Attribute)];
        return all.Length == 0 ? null : all[random.Below(all.Length)];
    }

    private static IEnumerable<(string Name, Action<ModelProto> Change)> Hostile()
    {
        foreach (var location in new[] { "../../../../../../etc/passwd", "/etc/passwd", "nowhere.data", "model.onnx" })
            yield return ($"data in {location}", model => External(model, location, "0", null));
        yield return ("data far behind the end", model => External(model, "model.onnx", "4611686018427387904", null));
        yield return ("data of a wrong length", model => External(model, "model.onnx", "0", "9223372036854775807"));
        yield return ("a cycle", model => model.Graph.Node[0].Input[0] = model.Graph.Node[^1].Output[0]);
        yield return ("a node of itself", model => model.Graph.Node[^1].Input[0] = model.Graph.Node[^1].Output[0]);
        yield return ("a value twice", model => model.Graph.Node[0].Output[0] = model.Graph.Node[^1].Output[0]);
        yield return ("a tensor twice", model => model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone()));
        yield return ("an output of nothing", model => model.Graph.Output[0].Name = "nothing");
        foreach (var (name, giant) in TestGiants.All)
            yield return ($"a giant by {name}", model => Giant(model, giant));
        yield return ("graphs in graphs", Nest);
        yield return ("a function of itself", model => Function(model, "f", "f"));
        yield return ("functions without end", model =>
        {
            for (var i = 0; i < 40; i++)
                Function(model, Name(i), Name(i + 1));
        }
        );
    }

    private static string Name(int number) => $"f{number.ToString(CultureInfo.InvariantCulture)}";

    private static void External(ModelProto model, string location, string offset, string? length)
    {
        var tensor = model.Graph.Initializer[0];
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null)
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
    }

    // Needed by the logits, so that it is computed: most while loading, as all its inputs are constants.
    private static void Giant(ModelProto model, Func<TestGraphWriter, string> write)
    {
        var graph = new TestGraphWriter(TestPrecision.Float32);
        var giant = write(graph);
        var size = graph.Node("Cast", "/giant/cast", [graph.Node("Size", "/giant/size", [giant])], attributes: ("to", (int)OnnxDataType.Float));
        var last = model.Graph.Node[^1];
        last.Output[0] = "before";
        graph.Node("Add", "/giant/add", ["before", size], ["logits"]);
        model.Graph.Node.Add(graph.Graph.Node);
        model.Graph.Initializer.Add(graph.Graph.Initializer);
    }

    private static void Nest(ModelProto model)
    {
        var inner = new GraphProto { Name = "inner" };
        for (var i = 0; i < 15; i++)
        {
            var outer = new GraphProto { Name = "outer" };
            outer.Node.Add(new NodeProto
            {
                OpType = "If",
                Input = { "c" },
                Output = { "r" },
                Attribute = { new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = inner } },
            });
            inner = outer;
        }

        model.Graph.Node.Add(inner.Node[0]);
    }

    private static void Function(ModelProto model, string name, string called)
    {
        var function = new FunctionProto { Name = name, Domain = "own" };
        for (var i = 0; i < 2; i++)
            function.Node.Add(new NodeProto { OpType = called, Domain = "own", Output = { Name(i) } });
        model.Functions.Add(function);
        if (model.Functions.Count == 1)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
            model.Graph.Node.Add(new NodeProto { OpType = name, Domain = "own", Output = { "of_function" } });
        }
    }
}

using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>Goes through a model's graph, the graphs inside it and the functions it defines, and refuses what is unsound.</summary>
/// <param name="file">The model.</param>
/// <param name="graphFolder">The folder its graph's file is in.</param>
/// <param name="modelFolder">The folder that everything must be inside.</param>
/// <param name="constants">What the constants it computes may take.</param>
internal sealed class GraphWalk(OnnxModelFile file, string graphFolder, string modelFolder, ConstantBudget constants)
{
    private const int MostNodes = 1 << 16;
    private const int MostNesting = 8;
    private const int MostRank = 16;

    private readonly FunctionSizes _functions = new(file, MostNodes);
    private long _nodes;

    public void CheckAll()
    {
        _functions.Check();
        CheckGraph(file.Graph, [], null, 0);
        foreach (var function in file.Functions)
        {
            var values = new ConstantValues(file, new GraphProto(), null, constants);
            foreach (var node in function.Node)
            {
                values.Visit(node);
                CheckAttributes(node, [], values, 1);
            }
        }
    }

    private void CheckGraph(GraphProto graph, HashSet<string> outer, ConstantValues? outerValues, int depth)
    {
        if (depth > MostNesting)
            throw Unsupported($"has graphs inside graphs more than {MostNesting} deep");
        var known = new HashSet<string>(outer, StringComparer.Ordinal);
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            CheckShape(value);
        foreach (var input in graph.Input)
            known.Add(input.Name);
        foreach (var tensor in graph.Initializer)
        {
            CheckTensor(tensor);
            known.Add(tensor.Name);
        }

        var order = Order(graph, known);
        foreach (var node in graph.Node)
            known.UnionWith(node.Output);
        foreach (var output in graph.Output.Where(output => !known.Contains(output.Name)))
            throw Invalid($"has no value for its output '{ContainedPath.Printable(output.Name)}'");
        var values = new ConstantValues(file, graph, outerValues, constants);
        foreach (var node in order)
            values.Visit(graph.Node[node]);
        foreach (var node in graph.Node)
        {
            _nodes += _functions.SizeOf(node);
            if (_nodes > MostNodes)
                throw Unsupported($"has more than {MostNodes} nodes");
            CheckAttributes(node, known, values, depth + 1);
        }
    }

    // Takes away, again and again, the nodes that wait for nobody: what is left waits for itself.
    private List<int> Order(GraphProto graph, HashSet<string> known)
    {
        if (graph.Node.Count > MostNodes)
            throw Unsupported($"has more than {MostNodes} nodes");
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < graph.Node.Count; i++)
        {
            foreach (var name in graph.Node[i].Output.Where(name => name.Length > 0))
            {
                if (known.Contains(name) || !producers.TryAdd(name, i))
                    throw Invalid($"gives the value '{ContainedPath.Printable(name)}' twice");
            }
        }

        var waiting = new int[graph.Node.Count];
        var followers = new List<int>?[graph.Node.Count];
        for (var i = 0; i < waiting.Length; i++)
        {
            foreach (var name in graph.Node[i].Input.Where(name => name.Length > 0 && !known.Contains(name)))
            {
                if (!producers.TryGetValue(name, out var producer))
                    throw Invalid($"has a node that takes '{ContainedPath.Printable(name)}', which nothing gives");
                (followers[producer] ??= []).Add(i);
                waiting[i]++;
            }
        }

        var ready = new Stack<int>(Enumerable.Range(0, waiting.Length).Where(i => waiting[i] == 0));
        var done = new List<int>(waiting.Length);
        while (ready.TryPop(out var node))
        {
            done.Add(node);
            foreach (var follower in followers[node] ?? [])
            {
                if (--waiting[follower] == 0)
                    ready.Push(follower);
            }
        }

        return done.Count == waiting.Length ? done : throw Invalid("has nodes that wait for each other: the graph has a cycle");
    }

    private void CheckAttributes(NodeProto node, HashSet<string> known, ConstantValues values, int depth)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.T is not null)
                CheckTensor(attribute.T);
            foreach (var tensor in attribute.Tensors)
                CheckTensor(tensor);
            if (attribute.G is not null)
                CheckGraph(attribute.G, known, values, depth);
            foreach (var graph in attribute.Graphs)
                CheckGraph(graph, known, values, depth);
        }

        // A context compiled for a device may lie in a file of its own.
        if (node.OpType is "EPContext" && node.Attribute.FirstOrDefault(attribute => attribute.Name is "embed_mode") is { I: 0 }
            && node.Attribute.FirstOrDefault(attribute => attribute.Name is "ep_cache_context") is { } context)
        {
            ContainedPath.Resolve(modelFolder, graphFolder, context.S.ToStringUtf8(), $"A node of {file.FileName}");
        }
    }

    private void CheckTensor(TensorProto tensor)
    {
        if ((OnnxDataType)tensor.DataType is OnnxDataType.String)
        {
            if (tensor.DataLocation is TensorProto.Types.DataLocation.External || tensor.Dims.Aggregate(1L, (count, dim) => checked(count * dim)) != tensor.StringData.Count)
                throw Invalid($"has texts in '{ContainedPath.Printable(tensor.Name)}' that do not fit their shape");
            return;
        }

        file.Open(tensor);
    }

    private void CheckShape(ValueInfoProto value)
    {
        if (value.Type?.TensorType?.Shape is not { } shape)
            return;
        if (shape.Dim.Count > MostRank)
            throw Invalid($"gives '{ContainedPath.Printable(value.Name)}' {shape.Dim.Count} dimensions; at most {MostRank} are taken");
        var product = 1L;
        foreach (var dim in shape.Dim.Where(dim => dim.ValueCase is TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue))
        {
            if (dim.DimValue is < 0 or > ConstantValues.MostElements)
                throw Invalid($"gives '{ContainedPath.Printable(value.Name)}' a dimension of {dim.DimValue}");
            product = dim.DimValue == 0 || product > ConstantValues.MostElements / dim.DimValue ? (dim.DimValue == 0 ? 0 : long.MaxValue) : product * dim.DimValue;
            if (product == long.MaxValue)
                throw Invalid($"gives '{ContainedPath.Printable(value.Name)}' more than {ConstantValues.MostElements} elements");
        }
    }

    private IngotException Invalid(string what) => new(ErrorCode.ModelInvalid, $"The model file '{file.FileName}' {what}.");

    private IngotException Unsupported(string what) => new(ErrorCode.ModelUnsupported, $"The model file '{file.FileName}' {what}.");
}

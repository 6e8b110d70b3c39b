using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>
/// A node of the graph with its attributes read by name and type. Remembers which were asked for, so that one nobody
/// knows is refused instead of ignored.
/// </summary>
internal sealed class OnnxNode
{
    private readonly NodeProto _node;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public OnnxNode(NodeProto node, int index)
    {
        _node = node;
        Domain = node.Domain is "ai.onnx" ? "" : node.Domain;
        Name = node.Name.Length > 0 ? node.Name : $"number {index}";
        Dependencies = node.Attribute.All(attribute => attribute.G is null) ? node.Input : [.. node.Input, .. node.Attribute.SelectMany(attribute => Captured(attribute.G))];
    }

    /// <summary>The operator: "MatMulNBits".</summary>
    public string Operator => _node.OpType;

    /// <summary>Its domain; "" is ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>The node's name, or its number where it has none.</summary>
    public string Name { get; }

    /// <summary>Names of its inputs; empty strings are inputs left out.</summary>
    public IReadOnlyList<string> Inputs => _node.Input;

    /// <summary>Its inputs, and what its branches take from the graph around them.</summary>
    public IReadOnlyList<string> Dependencies { get; }

    /// <summary>Names of its outputs; empty strings are outputs left out.</summary>
    public IReadOnlyList<string> Outputs => _node.Output;

    /// <summary>How messages name it: "MatMul node '/lm_head'".</summary>
    public string Subject => $"{ContainedPath.Printable(Operator)} node '{ContainedPath.Printable(Name)}'";

    /// <summary>Whether input <paramref name="index"/> is there.</summary>
    public bool HasInput(int index) => index < _node.Input.Count && _node.Input[index].Length > 0;

    /// <summary>Whether output <paramref name="index"/> is wanted.</summary>
    public bool HasOutput(int index) => index < _node.Output.Count && _node.Output[index].Length > 0;

    public string Input(int index) => HasInput(index) ? _node.Input[index] : throw Invalid($"has no input {index}");

    public string Output(int index) => HasOutput(index) ? _node.Output[index] : throw Invalid($"has no output {index}");

    public long Int(string name, long absent) =>
        Find(name, AttributeProto.Types.AttributeType.Int) is { } attribute ? attribute.I : absent;

    /// <summary>An attribute that must be there and lie in a range.</summary>
    public int RequiredInt(string name, int least, int most)
    {
        var attribute = Find(name, AttributeProto.Types.AttributeType.Int) ?? throw Invalid($"has no attribute '{name}'");
        return attribute.I >= least && attribute.I <= most
            ? (int)attribute.I
            : throw Invalid($"has the attribute '{name}' = {attribute.I}, not {least} to {most}");
    }

    public float Float(string name, float absent)
    {
        var value = Find(name, AttributeProto.Types.AttributeType.Float) is { } attribute ? attribute.F : absent;
        return float.IsFinite(value) ? value : throw Invalid($"has the attribute '{name}' = {value}");
    }

    public string Text(string name, string absent) =>
        Find(name, AttributeProto.Types.AttributeType.String) is { } attribute ? attribute.S.ToStringUtf8() : absent;

    public IReadOnlyList<long>? Ints(string name) => Find(name, AttributeProto.Types.AttributeType.Ints)?.Ints;

    public TensorProto? Tensor(string name) => Find(name, AttributeProto.Types.AttributeType.Tensor)?.T;

    public GraphProto? Graph(string name) => Find(name, AttributeProto.Types.AttributeType.Graph)?.G;

    /// <summary>Refuses an attribute that has a value other than the only one the executor computes.</summary>
    public void RequireInt(string name, long only)
    {
        if (Int(name, only) is var value && value != only)
            throw Unsupported($"has the attribute '{name}' = {value}; only {only} is supported");
    }

    /// <summary>Marks attributes whose value makes no difference to the result.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _read.Add(name);
    }

    /// <summary>Refuses attributes that nothing has asked for: their meaning is not known here.</summary>
    public void RefuseUnknownAttributes()
    {
        foreach (var attribute in _node.Attribute)
        {
            if (!_read.Contains(attribute.Name))
                throw Unsupported($"has the attribute '{ContainedPath.Printable(attribute.Name)}', which is not supported");
        }
    }

    public IngotException Invalid(string what) => new(ErrorCode.ModelInvalid, $"{Subject} {what}.");

    public IngotException Unsupported(string what) => new(ErrorCode.ModelUnsupported, $"{Subject} {what}.");

    // Of branches inside branches nothing is read.
    private static IEnumerable<string> Captured(GraphProto? branch)
    {
        if (branch is null)
            return [];
        var own = branch.Node.SelectMany(node => node.Output).Concat(branch.Initializer.Select(tensor => tensor.Name)).ToHashSet(StringComparer.Ordinal);
        return branch.Node.SelectMany(node => node.Input).Where(name => !own.Contains(name));
    }

    private AttributeProto? Find(string name, AttributeProto.Types.AttributeType type)
    {
        _read.Add(name);
        foreach (var attribute in _node.Attribute)
        {
            if (attribute.Name != name)
                continue;
            if (attribute.RefAttrName.Length > 0)
                throw Unsupported($"takes the attribute '{name}' from a function, which is not supported");
            // Old writers left the type out; the value's own field is then all there is to go by.
            if (attribute.Type != type && attribute.Type != AttributeProto.Types.AttributeType.Undefined)
                throw Invalid($"has the attribute '{name}' of type {attribute.Type}, not {type}");
            if (type == AttributeProto.Types.AttributeType.Tensor && attribute.T is null || type == AttributeProto.Types.AttributeType.Graph && attribute.G is null)
                throw Invalid($"has the attribute '{name}' without a value");
            return attribute;
        }

        return null;
    }
}

using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.Compute.Onnx.Inspection;

/// <summary>
/// Refuses operators that make tensors of constant shapes or counts beyond any memory: they are computed while the graph is loaded.
/// </summary>
internal sealed class ConstantShapes
{
    /// <summary>The most elements of one tensor.</summary>
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

    private readonly OnnxModelFile _file;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);

    public ConstantShapes(OnnxModelFile file, GraphProto graph)
    {
        _file = file;
        foreach (var tensor in graph.Initializer)
            _constants.TryAdd(tensor.Name, tensor);
        foreach (var node in graph.Node.Where(node => node is { OpType: "Constant", Output.Count: > 0 }))
        {
            if (node.Attribute.FirstOrDefault(attribute => attribute.Name is "value")?.T is { } tensor)
                _constants.TryAdd(node.Output[0], tensor);
        }
    }

    /// <exception cref="IngotException">ModelInvalid: the node would make a tensor that is too large.</exception>
    public void Check(NodeProto node)
    {
        if (Shapes.TryGetValue(node.OpType, out var place))
            CheckProduct(node, Values(node, place));
        else if (node.OpType is "RandomNormal" or "RandomUniform" && node.Attribute.FirstOrDefault(attribute => attribute.Name is "shape") is { } shape)
            CheckProduct(node, [.. shape.Ints]);
        else if (node.OpType is "Range" && Values(node, 0) is [var start] && Values(node, 1) is [var limit] && Values(node, 2) is [var step])
            CheckProduct(node, [step == 0 ? long.MaxValue : (long)Int128.Clamp(((Int128)limit - start) / step, 0, long.MaxValue)]);
    }

    private void CheckProduct(NodeProto node, long[] dims)
    {
        Int128 product = 1;
        foreach (var dim in dims)
        {
            product *= dim < 0 ? 1 : dim;
            if (product > MostElements)
            {
                throw new IngotException(ErrorCode.ModelInvalid,
                    $"The {ContainedPath.Printable(node.OpType)} node '{ContainedPath.Printable(node.Name)}' of {_file.FileName} makes a tensor of more than {MostElements} elements.");
            }
            if (product == 0)
                return;
        }
    }

    private long[] Values(NodeProto node, int input)
    {
        if (input >= node.Input.Count || !_constants.TryGetValue(node.Input[input], out var tensor) || (OnnxDataType)tensor.DataType is not (OnnxDataType.Int64 or OnnxDataType.Int32))
            return [];
        var view = _file.Open(tensor);
        return view.DataType is OnnxDataType.Int64 ? MemoryMarshal.Cast<byte, long>(Bytes(view)).ToArray() : [.. Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Bytes(view)).ToArray(), value => (long)value)];
    }

    // A shape has few numbers; more are no shape, and are left to the operator to refuse.
    private static unsafe ReadOnlySpan<byte> Bytes(OnnxTensor tensor) => tensor.ByteLength is > 0 and < 1024 ? new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength) : [];
}

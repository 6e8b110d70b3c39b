using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>
/// Operators on shapes, lengths, masks and positions. A flat batch knows all these from the step, so they are only
/// followed far enough to be sure that nothing else is made of them.
/// </summary>
internal static class ShapeOperators
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "Shape", "Size", "Gather", "ReduceSum", "ReduceMax", "Sub", "Add", "Mul", "Div", "Cast", "Unsqueeze", "Squeeze", "Expand", "Range",
        "Where", "Concat", "Constant", "ConstantOfShape", "Reshape", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "And",
        "Or", "Not", "Slice", "Max", "Min", "Identity", "Transpose", "Trilu", "Tile",
    };

    /// <summary>Takes the node if it is one of those operators on such values; false when it is not.</summary>
    public static bool TryRead(GraphBuilder graph, OnnxNode node)
    {
        if (PositionOperators.TryRead(graph, node))
            return true;
        if (node.Domain.Length > 0 || !(Known.Contains(node.Operator) || node.Operator is "If"))
            return false;
        if (node.Operator is "Constant")
        {
            ReadConstant(graph, node);
            return true;
        }

        var inputs = Enumerable.Range(0, node.Inputs.Count).Select(i => graph.Value(node, i)).ToArray();
        if (node.Operator is "If")
        {
            ChoiceOperators.ReadIf(graph, node);
            return true;
        }

        if (node.Operator is "Shape" or "Size")
        {
            node.Ignore("start", "end");
            graph.Define(node.Output(0), new ShapeValue(null, FromMask: false));
            return true;
        }

        if (inputs.Length == 0 || inputs.Any(value => value is RowsValue or TokenIdsValue or PastValue or LongerThanValue or ChosenValue))
            return false;
        if (inputs.All(value => value is ConstantValue or null))
            return TryReadConstant(graph, node, (ConstantValue)inputs[0]!);
        graph.Define(node.Output(0), IsView(node) && inputs[0] is PositionsValue ? inputs[0]! : Combine(node, inputs));
        return true;
    }

    private static bool IsView(OnnxNode node) => node.Operator is "Cast" or "Reshape" or "Unsqueeze" or "Squeeze" or "Identity";

    private static GraphValue Combine(OnnxNode node, GraphValue?[] inputs)
    {
        if (node.Operator is "Greater" && inputs is [ShapeValue, ConstantValue { Tensor.Count: 1 } limit] && !OnnxDataTypes.IsFloat(limit.Tensor.DataType))
            return new LongerThanValue(limit.Tensor.ToIntegers()[0]);
        var fromMask = inputs.Any(value => value is ShapeValue { FromMask: true });
        return new ShapeValue(Elements(node, inputs), fromMask);
    }

    private static List<long?>? Elements(OnnxNode node, GraphValue?[] inputs)
    {
        switch (node.Operator)
        {
            case "Gather" when inputs is [_, ConstantValue { Tensor.Count: 1 }]:
                return [null];
            case "Unsqueeze" or "Squeeze" or "Cast" or "Identity" when inputs[0] is ShapeValue shape:
                return shape.Elements?.ToList();
            case "Concat":
                var joined = new List<long?>();
                foreach (var input in inputs)
                {
                    if (input is ConstantValue { Tensor.Count: <= 8 } constant && !OnnxDataTypes.IsFloat(constant.Tensor.DataType))
                        joined.AddRange(constant.Tensor.ToIntegers().Select(d => (long?)d));
                    else if (input is ShapeValue { Elements: { } elements } && joined.Count < 16)
                        joined.AddRange(elements);
                    else
                        return null;
                }

                return joined;
            default:
                return null;
        }
    }

    private static bool TryReadConstant(GraphBuilder graph, OnnxNode node, ConstantValue constant)
    {
        switch (node.Operator)
        {
            case "Cast" or "Identity":
                node.Ignore("to", "saturate", "round_mode");
                graph.Define(node.Output(0), constant);
                return true;
            case "Reshape" when !constant.Transposed && graph.Integers(node, 1) is { } dims:
                graph.Define(node.Output(0), constant with { Dims = Reshaped(node, constant, dims) });
                return true;
            case "Squeeze" or "Unsqueeze" when constant.Tensor.Count == 1:
                graph.Define(node.Output(0), constant with { Dims = [] });
                return true;
            case "Transpose" when constant.Dims.Length == 2 && node.Ints("perm") is null or [1, 0]:
                graph.Define(node.Output(0), constant with { Dims = [constant.Dims[1], constant.Dims[0]], Transposed = !constant.Transposed });
                return true;
            default:
                throw node.Unsupported("computes a constant, which is not supported");
        }
    }

    private static long[] Reshaped(OnnxNode node, ConstantValue constant, long[] dims)
    {
        var result = new long[dims.Length];
        var known = 1L;
        var inferred = -1;
        for (var i = 0; i < dims.Length; i++)
        {
            result[i] = dims[i] == 0 && i < constant.Dims.Length ? constant.Dims[i] : dims[i];
            if (result[i] == -1 && inferred < 0)
                inferred = i;
            else if (result[i] < 1 || result[i] > constant.Tensor.Count || known > constant.Tensor.Count / result[i])
                throw node.Invalid($"gives a constant of shape {GraphBuilder.Shape(constant)} the shape [{string.Join(", ", dims)}]");
            else
                known *= result[i];
        }

        if (inferred >= 0)
            result[inferred] = constant.Tensor.Count / known;
        return (inferred >= 0 ? known * result[inferred] : known) == constant.Tensor.Count
            ? result
            : throw node.Invalid($"gives a constant of shape {GraphBuilder.Shape(constant)} the shape [{string.Join(", ", dims)}]");
    }

    private static void ReadConstant(GraphBuilder graph, OnnxNode node)
    {
        var tensor = node.Tensor("value") ?? throw node.Unsupported("has no attribute 'value'");
        var view = graph.File.Open(tensor);
        graph.Define(node.Output(0), new ConstantValue(view, view.Dims.ToArray(), Transposed: false));
    }
}

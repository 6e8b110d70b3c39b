using Ingot.Compute.Attention.Bidirectional;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>
/// Operators on positions counted inside the graph, and on distances between them: followed by what they mean, to the
/// tables that are looked up with them.
/// </summary>
internal static class PositionOperators
{
    /// <summary>Takes the node if it is one of those; false when it is not.</summary>
    public static bool TryRead(GraphBuilder graph, OnnxNode node)
    {
        if (node.Domain.Length > 0 || node.Inputs.Count is < 1 or > 3)
            return false;
        GraphValue?[] inputs = [.. Enumerable.Range(0, node.Inputs.Count).Select(i => graph.Value(node, i))];
        var result = node.Operator switch
        {
            "Shape" when inputs[0] is TokenIdsValue && !graph.HasPast => new ShapeValue(null, FromMask: false, ShapePart.Tokens),
            "Gather" => Gather(graph, node, inputs),
            "Range" when !graph.HasPast => Range(inputs),
            "Unsqueeze" => Unsqueeze(graph, node, inputs),
            "Sub" when inputs is [PositionAxisValue { IsKeys: true }, PositionAxisValue { IsKeys: false }] => new DistancesValue(null, 0),
            "Clip" when inputs is [DistancesValue { Furthest: null, Offset: 0 }, _, _]
                && Number(inputs[1]) is < 0 and > -(1 << 20) and var least && Number(inputs[2]) == -least => new DistancesValue(-least, 0),
            "Add" when inputs is [DistancesValue distances, ConstantValue] && Number(inputs[1]) is { } added => distances with { Offset = added },
            "Transpose" when inputs[0] is DistanceBiasValue { Form: DistanceBiasForm.HeadsLast } bias && node.Ints("perm") is [2, 0, 1] =>
                bias with { Form = DistanceBiasForm.HeadsFirst },
            _ => null,
        };
        if (result is null)
            return false;
        graph.Define(node.Output(0), result);
        return true;
    }

    private static GraphValue? Gather(GraphBuilder graph, OnnxNode node, GraphValue?[] inputs)
    {
        switch (inputs)
        {
            case [ShapeValue { Part: ShapePart.Tokens }, ConstantValue]:
                return new ShapeValue([null], FromMask: false, Number(inputs[1]) == 1 ? ShapePart.Length : ShapePart.Other);
            case [ConstantValue { Transposed: false, Dims: [> 0, > 0 and <= ProductOperators.MaxWidth] } table, PositionsValue] when OnnxDataTypes.IsFloat(table.Tensor.DataType):
                node.RequireInt("axis", 0);
                graph.LimitPositions(checked((int)Math.Min(table.Dims[0], int.MaxValue)));
                var rows = GraphBuilder.NewRows((int)table.Dims[1]);
                graph.Emit(new PositionEmbeddingOperation(graph.Weights.Vector(table.Tensor), rows));
                return rows;
            case [ConstantValue table, DistancesValue distances]:
                node.RequireInt("axis", 0);
                return new DistanceBiasValue(ReadBias(graph, node, table, distances), DistanceBiasForm.HeadsLast);
            default:
                return null;
        }
    }

    private static PositionsValue? Range(GraphValue?[] inputs) =>
        inputs is [ConstantValue, ShapeValue { Part: ShapePart.Length }, ConstantValue] && Number(inputs[0]) == 0 && Number(inputs[2]) == 1 ? new PositionsValue() : null;

    private static GraphValue? Unsqueeze(GraphBuilder graph, OnnxNode node, GraphValue?[] inputs) => inputs[0] switch
    {
        PositionsValue when !graph.HasPast && graph.Integers(node, 1) is [var axis and (0 or 1)] => new PositionAxisValue(IsKeys: axis == 0),
        DistanceBiasValue { Form: DistanceBiasForm.HeadsFirst } bias when graph.Integers(node, 1) is [0] => bias with { Form = DistanceBiasForm.Batched },
        _ => null,
    };

    // Stored [distance, heads]; read head by head.
    private static DistanceBias ReadBias(GraphBuilder graph, OnnxNode node, ConstantValue table, DistancesValue distances)
    {
        if (distances.Furthest is not { } furthest || distances.Offset != furthest || table.Transposed || table.Dims.Length != 2
            || table.Dims[0] != (2 * furthest) + 1 || table.Dims[1] is < 1 or > 4096 || !OnnxDataTypes.IsFloat(table.Tensor.DataType))
        {
            throw node.Unsupported($"looks up distances in a table of shape {GraphBuilder.Shape(table)}, which does not have a row for each of them");
        }

        var heads = (int)table.Dims[1];
        var given = table.Tensor.ToFloats();
        var byHead = new float[given.Length];
        for (var i = 0; i < given.Length; i++)
            byHead[(i % heads * table.Dims[0]) + (i / heads)] = given[i];
        NativeBuffer<float> kept = graph.Weights.Vector(byHead);
        return new DistanceBias(kept, heads, (int)furthest);
    }

    private static long? Number(GraphValue? value) =>
        value is ConstantValue { Tensor.Count: 1 } constant && !OnnxDataTypes.IsFloat(constant.Tensor.DataType) ? constant.Tensor.ToIntegers()[0] : null;
}

using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Norms, alone and with the skip connection before them.</summary>
internal static class NormOperators
{
    public static void Simplified(GraphBuilder graph, OnnxNode node) => Plain(graph, node, isLayerNorm: false);

    public static void Layer(GraphBuilder graph, OnnxNode node) => Plain(graph, node, isLayerNorm: true);

    public static void SkipSimplified(GraphBuilder graph, OnnxNode node) => Skip(graph, node, isLayerNorm: false);

    public static void SkipLayer(GraphBuilder graph, OnnxNode node) => Skip(graph, node, isLayerNorm: true);

    private static void Plain(GraphBuilder graph, OnnxNode node, bool isLayerNorm)
    {
        var input = graph.Rows(node, 0);
        if (node.Int("axis", -1) is var axis && axis != -1 && axis != input.Rank - 1)
            throw node.Unsupported($"has the attribute 'axis' = {axis}; only the last axis is supported");
        node.Ignore("stash_type");
        if (node.HasOutput(1) || node.HasOutput(2))
            throw node.Unsupported("has outputs besides its first, which are not supported");
        var norm = Parameters(graph, node, input.LastDim, isLayerNorm, weightIndex: 1, biasIndex: isLayerNorm ? 2 : -1);
        var output = GraphBuilder.InPlaceOf(input);
        graph.Emit(new NormOperation(norm, input, output));
        graph.Define(node.Output(0), output);
    }

    private static void Skip(GraphBuilder graph, OnnxNode node, bool isLayerNorm)
    {
        var input = graph.Rows(node, 0);
        var skip = graph.Rows(node, 1);
        if (input.LastDim != input.Width || skip.LastDim != skip.Width || input.Width != skip.Width || input.HeadsFirst || skip.HeadsFirst)
            throw node.Invalid($"adds rows of {skip.Width} elements to rows of {input.Width}");
        if (node.HasOutput(1) || node.HasOutput(2))
            throw node.Unsupported("has outputs 1 or 2 (mean and deviation), which are not supported");
        var norm = Parameters(graph, node, input.Width, isLayerNorm, weightIndex: 2, biasIndex: isLayerNorm ? 3 : -1);
        var biasIndex = isLayerNorm ? 4 : 3;
        var bias = node.HasInput(biasIndex) ? graph.Vector(node, biasIndex, input.Width) : null;
        var sum = GraphBuilder.NewRows(input.Width);
        var output = GraphBuilder.NewRows(input.Width);
        graph.Emit(new NormOperation(norm, input, output, skip, bias, sum));
        graph.Define(node.Output(0), output);
        if (node.HasOutput(3))
            graph.Define(node.Output(3), sum);
    }

    private static NormParameters Parameters(GraphBuilder graph, OnnxNode node, int group, bool isLayerNorm, int weightIndex, int biasIndex) => new()
    {
        Weight = graph.Vector(node, weightIndex, group),
        Bias = biasIndex >= 0 && node.HasInput(biasIndex) ? graph.Vector(node, biasIndex, group) : null,
        IsLayerNorm = isLayerNorm,
        Epsilon = node.Float("epsilon", node.Domain.Length == 0 ? 1e-5f : 1e-12f),
        Group = group,
    };
}

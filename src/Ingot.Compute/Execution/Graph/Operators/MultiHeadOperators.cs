using Ingot.Compute.Attention;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Attention of encoders, where every token sees all others.</summary>
internal static class MultiHeadOperators
{
    private const int MaskInput = 4;
    private const int BiasInput = 5;

    private static readonly string[] InputNames =
        ["query", "key", "value", "bias", "key_padding_mask", "attention_bias", "past_key", "past_value", "past_sequence_length", "cache_indirection"];

    public static void MultiHeadAttention(GraphBuilder graph, OnnxNode node)
    {
        if (graph.HasPast)
            throw node.Unsupported("does not look back only, which a model that generates text must");
        node.RequireInt("unidirectional", 0);
        // How strongly absent tokens are pushed down: here there are none.
        node.Ignore("mask_filter_value");
        var shape = Shape(graph, node);
        var queries = Rows(graph, node, 0, shape);
        var keys = Rows(graph, node, 1, shape);
        var values = Rows(graph, node, 2, shape);
        for (var i = 3; i < node.Inputs.Count; i++)
        {
            if (node.HasInput(i) && i is not (MaskInput or BiasInput))
                throw node.Unsupported($"has an input '{(i < InputNames.Length ? InputNames[i] : i)}', which is not supported");
        }

        if (node.HasOutput(1) || node.HasOutput(2))
            throw node.Unsupported("has outputs besides its first, which are not supported");
        if (node.HasInput(MaskInput) && graph.Value(node, MaskInput) is not ShapeValue { FromMask: true })
            throw node.Unsupported("does not take its mask from the attention mask");
        var bias = node.HasInput(BiasInput) ? graph.Value(node, BiasInput) as DistanceBiasValue : null;
        if (node.HasInput(BiasInput) && (bias is not { Form: DistanceBiasForm.Batched } || bias.Bias.HeadCount != shape.QueryHeadCount))
            throw node.Unsupported("has an input 'attention_bias' that is not one row of biases by distance for each head");
        var output = GraphBuilder.NewRows(shape.QueryHeadCount * shape.HeadSize);
        graph.Emit(new BidirectionalAttentionOperation(shape, bias?.Bias, queries, keys, values, output));
        graph.Define(node.Output(0), output);
    }

    private static AttentionShape Shape(GraphBuilder graph, OnnxNode node)
    {
        var heads = node.RequiredInt("num_heads", 1, 4096);
        if (heads != graph.Description.KvHeadCount)
            throw node.Invalid($"has {heads} heads, which is not what the configuration says");
        var size = graph.Description.HeadSize;
        var scale = node.Float("scale", 0);
        return new AttentionShape { QueryHeadCount = heads, KvHeadCount = heads, HeadSize = size, Scale = scale == 0 ? 1f / MathF.Sqrt(size) : scale };
    }

    private static RowsValue Rows(GraphBuilder graph, OnnxNode node, int index, AttentionShape shape)
    {
        var rows = graph.Rows(node, index);
        var width = shape.QueryHeadCount * shape.HeadSize;
        return rows.Width == width && rows.LastDim == width && !rows.HeadsFirst
            ? rows
            : throw node.Invalid($"has {InputNames[index]} rows of {rows.LastDim} elements where its heads need {width}");
    }
}

using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Looking up the embedding of each token.</summary>
internal static class EmbeddingOperators
{
    public static void Gather(GraphBuilder graph, OnnxNode node)
    {
        node.RequireInt("axis", 0);
        if (graph.Value(node, 1) is not TokenIdsValue)
            throw node.Unsupported("looks up rows by something other than the token ids");
        var table = graph.Constant(node, 0);
        if (table.Dims.Length != 2)
            throw node.Invalid($"looks up rows of a table of shape {GraphBuilder.Shape(table)}; two dimensions are needed");
        if (table.Tensor.DataType is not (OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16))
            throw node.Unsupported($"looks up rows of a table of {OnnxDataTypes.NameOf(table.Tensor.DataType)}");
        var (vocabulary, width) = Sizes(node, table.Dims);
        Emit(graph, node, new MatrixSource(table.Tensor, null, null, 0, 0, vocabulary, width, IsOutputMajor: !table.Transposed));
    }

    public static void GatherBlockQuantized(GraphBuilder graph, OnnxNode node)
    {
        node.RequireInt("gather_axis", 0);
        node.RequireInt("quantize_axis", 1);
        var bits = (int)node.Int("bits", 4);
        var blockSize = node.Int("block_size", 128);
        if (graph.Value(node, 1) is not TokenIdsValue)
            throw node.Unsupported("looks up rows by something other than the token ids");
        var codes = graph.Constant(node, 0);
        var scales = graph.Constant(node, 2);
        if (codes.Tensor.DataType != OnnxDataType.UInt8)
            throw node.Unsupported($"has codes of {OnnxDataTypes.NameOf(codes.Tensor.DataType)}; only UInt8 is supported");
        if (codes.Dims.Length != 2 || scales.Dims.Length != 2 || codes.Dims[0] != scales.Dims[0] || bits is not (4 or 8))
            throw node.Invalid($"has codes of shape {GraphBuilder.Shape(codes)} with {bits} bits and scales of shape {GraphBuilder.Shape(scales)}, which do not go together");
        var (vocabulary, packed) = Sizes(node, codes.Dims);
        var zeroPoints = node.HasInput(3) ? graph.Constant(node, 3).Tensor : null;
        var source = ProductOperators.QuantizedSource(node, codes.Tensor, scales.Tensor, zeroPoints, bits, blockSize, vocabulary, checked(packed * 8 / bits));
        Emit(graph, node, source);
    }

    private static void Emit(GraphBuilder graph, OnnxNode node, MatrixSource source)
    {
        var rows = GraphBuilder.NewRows(source.InputCount);
        graph.Emit(new EmbeddingOperation(graph.Weights.Embedding(source), rows));
        graph.Define(node.Output(0), rows);
    }

    private static (int Rows, int Columns) Sizes(OnnxNode node, long[] dims) =>
        dims[0] is > 0 and <= int.MaxValue / 4 && dims[1] is > 0 and <= ProductOperators.MaxWidth
            ? ((int)dims[0], (int)dims[1])
            : throw node.Invalid($"looks up rows of a table of shape [{dims[0]}, {dims[1]}]");
}

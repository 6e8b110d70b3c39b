using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Rows times constant matrices.</summary>
internal static class ProductOperators
{
    /// <summary>The widest row read; beyond any model, and far from where sizes overflow.</summary>
    public const int MaxWidth = 1 << 24;

    public static void MatMul(GraphBuilder graph, OnnxNode node)
    {
        var weights = graph.Constant(node, 1);
        Emit(graph, node, FloatSource(node, weights, isOutputMajor: false));
    }

    public static void Gemm(GraphBuilder graph, OnnxNode node)
    {
        if (node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1)
            throw node.Unsupported("has factors 'alpha' and 'beta' other than 1");
        node.RequireInt("transA", 0);
        var weights = graph.Constant(node, 1);
        var product = Emit(graph, node, FloatSource(node, weights, isOutputMajor: node.Int("transB", 0) != 0));
        if (node.HasInput(2))
            product.Operation.Bias = graph.Vector(node, 2, product.Width);
    }

    public static void MatMulNBits(GraphBuilder graph, OnnxNode node)
    {
        node.Ignore("accuracy_level");
        node.RequireInt("weight_prepacked", 0);
        var outputs = node.RequiredInt("N", 1, MaxWidth);
        var inputs = node.RequiredInt("K", 1, MaxWidth);
        var bits = (int)node.Int("bits", 4);
        var blockSize = node.Int("block_size", 0);
        if (node.HasInput(4))
            throw node.Unsupported("has an input 'g_idx' (reordered groups), which is not supported");
        var zeroPoints = node.HasInput(3) ? graph.Constant(node, 3).Tensor : null;
        var source = QuantizedSource(node, graph.Constant(node, 1).Tensor, graph.Constant(node, 2).Tensor, zeroPoints, bits, blockSize, outputs, inputs);
        var product = Emit(graph, node, source);
        if (node.HasInput(5))
            product.Operation.Bias = graph.Vector(node, 5, product.Width);
    }

    /// <summary>Checks that codes, scales and zero points have the sizes their matrix needs.</summary>
    public static MatrixSource QuantizedSource(
        OnnxNode node, OnnxTensor codes, OnnxTensor scales, OnnxTensor? zeroPoints, int bits, long blockSize, int outputs, int inputs)
    {
        if (bits is not (4 or 8))
            throw node.Unsupported($"has weights of {bits} bits; 4 and 8 are supported");
        if (blockSize is < 16 or > 256 || !long.IsPow2(blockSize))
            throw node.Unsupported($"has blocks of {blockSize}; 16, 32, 64, 128 and 256 are supported");
        var blocks = (inputs + blockSize - 1) / blockSize;
        Require(node, codes, codes.DataType == OnnxDataType.UInt8, outputs * blocks * (blockSize * bits / 8));
        Require(node, scales, OnnxDataTypes.IsFloat(scales.DataType), outputs * blocks);
        if (zeroPoints is { DataType: OnnxDataType.UInt8 })
            Require(node, zeroPoints, true, outputs * ((blocks * bits + 7) / 8));
        else if (zeroPoints is not null)
            Require(node, zeroPoints, OnnxDataTypes.IsFloat(zeroPoints.DataType), outputs * blocks);
        return new MatrixSource(codes, scales, zeroPoints, bits, (int)blockSize, outputs, inputs, IsOutputMajor: true);
    }

    private static void Require(OnnxNode node, OnnxTensor tensor, bool isRightType, long count)
    {
        if (!isRightType)
            throw node.Unsupported($"has the tensor '{ContainedPath.Printable(tensor.Name)}' of {OnnxDataTypes.NameOf(tensor.DataType)}");
        if (tensor.Count != count)
            throw node.Invalid($"has the tensor '{ContainedPath.Printable(tensor.Name)}' of shape {tensor.Shape}, which does not have the {count} elements its matrix needs");
    }

    private static MatrixSource FloatSource(OnnxNode node, ConstantValue weights, bool isOutputMajor)
    {
        if (weights.Dims is not [> 0 and <= MaxWidth, > 0 and <= MaxWidth])
            throw node.Unsupported($"multiplies with a tensor of shape {GraphBuilder.Shape(weights)}; two dimensions are needed");
        if (weights.Tensor.DataType is not (OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16))
            throw node.Unsupported($"multiplies with a tensor of {OnnxDataTypes.NameOf(weights.Tensor.DataType)}");
        var (outputs, inputs) = isOutputMajor ? (weights.Dims[0], weights.Dims[1]) : (weights.Dims[1], weights.Dims[0]);
        return new MatrixSource(weights.Tensor, null, null, 0, 0, (int)outputs, (int)inputs, isOutputMajor != weights.Transposed);
    }

    private static (ProductOperation Operation, int Width) Emit(GraphBuilder graph, OnnxNode node, MatrixSource source)
    {
        var input = graph.Rows(node, 0);
        if (input.HeadsFirst || input.LastDim != input.Width || input.Width != source.InputCount)
            throw node.Invalid($"multiplies rows of {input.LastDim} elements with a matrix of {source.InputCount} inputs");
        var quantized = source.Bits == 0 ? null : graph.Quantized(input);
        var output = GraphBuilder.NewRows(source.OutputCount);
        var operation = new ProductOperation(graph.Weights.Matrix(source), input, quantized, output);
        graph.Emit(operation);
        graph.Define(node.Output(0), output);
        return (operation, source.OutputCount);
    }
}

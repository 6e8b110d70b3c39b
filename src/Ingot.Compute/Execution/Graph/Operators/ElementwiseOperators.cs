using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Sums, products and functions of each number alone.</summary>
internal static class ElementwiseOperators
{
    public static void Add(GraphBuilder graph, OnnxNode node) => Binary(graph, node, Arithmetic.Add);

    public static void Subtract(GraphBuilder graph, OnnxNode node) => Binary(graph, node, Arithmetic.Subtract);

    public static void Multiply(GraphBuilder graph, OnnxNode node) => Binary(graph, node, Arithmetic.Multiply);

    public static void Divide(GraphBuilder graph, OnnxNode node) => Binary(graph, node, Arithmetic.Divide);

    public static void Sigmoid(GraphBuilder graph, OnnxNode node) => Apply(graph, node, ActivationFunction.Sigmoid);

    public static void Tanh(GraphBuilder graph, OnnxNode node) => Apply(graph, node, ActivationFunction.Tanh);

    public static void Relu(GraphBuilder graph, OnnxNode node) => Apply(graph, node, ActivationFunction.Relu);

    public static void Swish(GraphBuilder graph, OnnxNode node)
    {
        if (node.Float("alpha", 1) is var alpha && alpha != 1)
            throw node.Unsupported($"has the attribute 'alpha' = {alpha}; only 1 is supported");
        Apply(graph, node, ActivationFunction.Silu);
    }

    public static void Gelu(GraphBuilder graph, OnnxNode node) => Apply(graph, node, node.Text("approximate", "none") switch
    {
        "none" => ActivationFunction.GeluErf,
        "tanh" => ActivationFunction.GeluTanh,
        var other => throw node.Unsupported($"has the attribute 'approximate' = '{ContainedPath.Printable(other)}'"),
    });

    public static void FastGelu(GraphBuilder graph, OnnxNode node)
    {
        if (node.HasInput(1))
            throw node.Unsupported("has an input 1 (bias), which is not supported");
        Apply(graph, node, ActivationFunction.GeluTanh);
    }

    public static void QuickGelu(GraphBuilder graph, OnnxNode node) => Apply(graph, node, node.Float("alpha", 1.702f) switch
    {
        1f => ActivationFunction.Silu,
        1.702f => ActivationFunction.GeluQuick,
        var other => throw node.Unsupported($"has the attribute 'alpha' = {other}; 1 and 1.702 are supported"),
    });

    private static void Apply(GraphBuilder graph, OnnxNode node, ActivationFunction function)
    {
        var input = graph.Rows(node, 0);
        var output = GraphBuilder.InPlaceOf(input);
        graph.Emit(new ActivationOperation(function, input, up: null, output));
        graph.Define(node.Output(0), output);
    }

    private static void Binary(GraphBuilder graph, OnnxNode node, Arithmetic kind)
    {
        var first = graph.Value(node, 0);
        var second = graph.Value(node, 1);
        if (first is RowsValue left && second is RowsValue right)
            BetweenRows(graph, node, kind, left, right);
        else if (first is RowsValue rows && second is ConstantValue constant)
            WithConstant(graph, node, kind, rows, constant, constantIndex: 1);
        else if (first is ConstantValue number && second is RowsValue numbered)
            WithConstant(graph, node, kind, numbered, number, constantIndex: 0);
        else
            throw node.Unsupported("mixes rows of numbers with shapes or positions");
    }

    private static void BetweenRows(GraphBuilder graph, OnnxNode node, Arithmetic kind, RowsValue left, RowsValue right)
    {
        if (kind == Arithmetic.Multiply && left.HeadsFirst == right.HeadsFirst && left.Width != right.Width && Math.Min(left.Width, right.Width) == 1)
        {
            // One number a row (the gate of a shared expert) for all of the row's.
            var (rows, factors) = left.Width == 1 ? (right, left) : (left, right);
            var scaled = GraphBuilder.InPlaceOf(rows);
            graph.Emit(new RowScaleOperation(rows, factors, scaled));
            graph.Define(node.Output(0), scaled);
            return;
        }

        if (left.Width != right.Width || left.LastDim != right.LastDim || left.HeadsFirst != right.HeadsFirst)
            throw node.Unsupported($"combines rows of {left.Width} elements with rows of {right.Width}");
        if (kind == Arithmetic.Multiply && (TryGate(graph, node, left, right) || TryGate(graph, node, right, left)))
            return;
        var output = GraphBuilder.InPlaceOf(left.IsExclusive ? left : right);
        graph.Emit(new RowArithmeticOperation(kind, left, right, output));
        graph.Define(node.Output(0), output);
    }

    // f(x) · up is one pass: SiLU written as x · sigmoid(x), and the gate of a feed-forward layer. The function's own
    // operation stays and falls away when nobody reads it.
    private static bool TryGate(GraphBuilder graph, OnnxNode node, RowsValue gate, RowsValue up)
    {
        if (graph.Operations.LastOrDefault(o => o.Accesses.Any(a => a.IsWrite && ReferenceEquals(a.Resource, gate.Buffer))) is not ActivationOperation producer
            || producer.IsGated || !gate.IsExclusive || producer.Result != gate with { IsExclusive = producer.Result.IsExclusive })
        {
            return false;
        }

        if (producer.Function == ActivationFunction.Sigmoid && producer.Input with { IsExclusive = up.IsExclusive } == up)
        {
            // Both readers of x are inside this pass, so its result may lie where sigmoid's would have.
            graph.Operations.Remove(producer);
            graph.Emit(new ActivationOperation(ActivationFunction.Silu, producer.Input, up: null, gate));
            graph.Define(node.Output(0), gate);
            return true;
        }

        if (producer.Function is ActivationFunction.Sigmoid or ActivationFunction.Tanh)
            return false;
        graph.Operations.Remove(producer);
        graph.Emit(new ActivationOperation(producer.Function, producer.Input, up, gate));
        graph.Define(node.Output(0), gate);
        return true;
    }

    private static void WithConstant(GraphBuilder graph, OnnxNode node, Arithmetic kind, RowsValue rows, ConstantValue constant, int constantIndex)
    {
        var values = Spread(graph, node, rows, constant);
        if (kind == Arithmetic.Add && rows.IsWhole && rows.IsExclusive && graph.Operations.LastOrDefault() is ProductOperation { Bias: null } product
            && ReferenceEquals(product.Accesses[^1].Resource, rows.Buffer))
        {
            product.Bias = values;
            graph.Define(node.Output(0), rows);
            return;
        }

        var output = GraphBuilder.InPlaceOf(rows);
        graph.Emit(new ConstantArithmeticOperation(kind, rows, values, reversed: constantIndex == 0, output));
        graph.Define(node.Output(0), output);
    }

    private static NativeBuffer<float> Spread(GraphBuilder graph, OnnxNode node, RowsValue rows, ConstantValue constant)
    {
        if (constant.Tensor.Count != 1 && (constant.Tensor.Count != rows.LastDim || constant.Dims[^1] != rows.LastDim))
            throw node.Unsupported($"combines rows of {rows.LastDim} elements with a constant of shape {GraphBuilder.Shape(constant)}");
        return graph.Weights.Vector(constant.Tensor, rows.Width);
    }
}

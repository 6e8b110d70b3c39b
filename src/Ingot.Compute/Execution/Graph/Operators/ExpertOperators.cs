using Ingot.Compute.Execution.Experts;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Kernels;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Mixtures of experts: each token goes through a few of many feed-forward layers.</summary>
internal static class ExpertOperators
{
    private const int RouterWeights = 14;

    private static readonly ExpertInputs OfMoE = new(2, -1, 3, 4, -1, 5, 6, -1, 7, -1, -1, -1);

    private static readonly ExpertInputs OfQMoE = new(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);

    public static void MoE(GraphBuilder graph, OnnxNode node)
    {
        RefuseInputsFrom(node, 8);
        Read(graph, node, OfMoE, bits: 0, blockSize: 0, given: null);
    }

    public static void QMoE(GraphBuilder graph, OnnxNode node)
    {
        RefuseInputsFrom(node, RouterWeights + 1);
        if (node.Text("quant_type", "int") is var type && type != "int")
            throw node.Unsupported($"has the attribute 'quant_type' = '{ContainedPath.Printable(type)}'; only 'int' is supported");
        if (node.Int("weights_prepacked", -1) > 0)
            throw node.Unsupported("has weights packed for another kind of processor ('weights_prepacked' = 1)");
        var bits = (int)node.Int("expert_weight_bits", 4);
        if (bits is not (4 or 8))
            throw node.Unsupported($"has weights of {bits} bits; 4 and 8 are supported");
        var blockSize = node.Int("block_size", 0);
        if (blockSize is not 0 && (blockSize is < 16 or > 256 || !long.IsPow2(blockSize)))
            throw node.Unsupported($"has blocks of {blockSize}; 16, 32, 64, 128, 256 and whole rows are supported");
        var given = node.HasInput(RouterWeights) ? graph.Rows(node, RouterWeights) : null;
        Read(graph, node, OfQMoE, bits, (int)blockSize, given);
    }

    private static void Read(GraphBuilder graph, OnnxNode node, ExpertInputs inputs, int bits, int blockSize, RowsValue? given)
    {
        var input = graph.Rows(node, 0);
        if (input.HeadsFirst || input.LastDim != input.Width)
            throw node.Invalid($"takes rows of {input.LastDim} elements that are parts of {input.Width}");
        var tensors = new ExpertTensors(graph, node, inputs, input.Width, bits, blockSize);
        tensors.Measure();
        var scores = graph.Rows(node, 1);
        foreach (var rows in (ReadOnlySpan<RowsValue?>)[scores, given])
        {
            if (rows is not null && (rows.Width != tensors.ExpertCount || rows.LastDim != rows.Width || rows.HeadsFirst))
                throw node.Invalid($"has scores of {rows.LastDim} for {tensors.ExpertCount} experts");
        }

        var shape = Shape(node, tensors.ExpertCount, given is not null);
        var (activation, isFused, isInterleaved) = Activation(node, tensors.HasThird);
        var routes = new ExpertRoutes(shape);
        graph.Emit(new RouteOperation(routes, scores, given));
        graph.Emit(new GroupOperation(routes));

        var first = graph.Weights.Expert(tensors.First(isFused, isInterleaved));
        var second = graph.Weights.Expert(tensors.Second());
        var isQuantized = bits > 0;
        var dispatched = isQuantized
            ? new ExpertRows(null, new QuantizedRows(input.Width, shape.SlotCount), input.Width)
            : new ExpertRows(new RowBuffer(input.Width, shape.SlotCount), null, input.Width);
        var inner = new RowBuffer(first.Source.Parts.Sum(part => part.OutputCount), shape.SlotCount);
        var activated = new ExpertRows(isQuantized ? null : inner, isQuantized ? new QuantizedRows(tensors.Inner, shape.SlotCount) : null, tensors.Inner);
        var results = new RowBuffer(input.Width, shape.SlotCount);
        var firstBias = tensors.FirstBias(isFused, isInterleaved) is { } b1 ? graph.Weights.Vector(b1) : null;
        var secondBias = tensors.SecondBias() is { } b2 ? graph.Weights.Vector(b2) : null;
        graph.Emit(new DispatchOperation(routes, input, dispatched));
        graph.Emit(new ExpertProductOperation(routes, first, firstBias, dispatched, inner));
        graph.Emit(new ExpertActivationOperation(routes, activation, inner, activated));
        graph.Emit(new ExpertProductOperation(routes, second, secondBias, activated, results));
        var output = GraphBuilder.NewRows(input.Width) with { Rank = input.Rank };
        graph.Emit(new CombineOperation(routes, results, output));
        graph.Define(node.Output(0), output);
    }

    private static ExpertShape Shape(OnnxNode node, int experts, bool isGiven)
    {
        var chosen = (int)Math.Clamp(node.Int("k", 1), 0, int.MaxValue);
        if (chosen < 1 || chosen > experts)
            throw node.Invalid($"chooses {chosen} of {experts} experts");
        var isNormalized = node.Int("normalize_routing_weights", 0) != 0;
        if (node.Int("use_sparse_mixer", 0) != 0)
        {
            return chosen == 2 && !isGiven
                ? new ExpertShape(experts, chosen, ExpertWeighing.SparseMixer)
                : throw node.Unsupported($"mixes {chosen} experts sparsely; only 2, weighed by their scores, are supported");
        }

        return new ExpertShape(experts, chosen, (isGiven, isNormalized) switch
        {
            (false, false) => ExpertWeighing.OfAll,
            (false, true) => ExpertWeighing.OfChosen,
            (true, false) => ExpertWeighing.Given,
            (true, true) => ExpertWeighing.GivenNormalized,
        });
    }

    private static (ExpertActivation Activation, bool IsFused, bool IsInterleaved) Activation(OnnxNode node, bool hasThird)
    {
        var type = node.Text("activation_type", "relu");
        var fusion = node.Int("swiglu_fusion", 0);
        var swish = new SwishGate(node.Float("activation_alpha", 1), node.Float("activation_beta", 0), node.Float("swiglu_limit", float.MaxValue));
        if (type != "swiglu")
        {
            return (new ExpertActivation(type switch
            {
                "relu" => ActivationFunction.Relu,
                "gelu" => ActivationFunction.GeluTanh,
                "silu" => ActivationFunction.Silu,
                "identity" => null,
                _ => throw node.Unsupported($"has the attribute 'activation_type' = '{ContainedPath.Printable(type)}'"),
            }, null), false, false);
        }

        if (fusion is not (0 or 1 or 2) || (fusion > 0 && hasThird))
            throw node.Unsupported($"has the attribute 'swiglu_fusion' = {fusion}{(hasThird ? " and separate gates" : "")}");
        if (swish.Limit <= 0)
            throw node.Invalid($"has the attribute 'swiglu_limit' = {swish.Limit}");
        // Some exports leave the attribute out where gates and ups take turns in one matrix.
        return (new ExpertActivation(null, swish), !hasThird, !hasThird && fusion != 2);
    }

    private static void RefuseInputsFrom(OnnxNode node, int index)
    {
        for (; index < node.Inputs.Count; index++)
        {
            if (node.HasInput(index))
                throw node.Unsupported($"has an input {index}, which is not supported");
        }
    }
}

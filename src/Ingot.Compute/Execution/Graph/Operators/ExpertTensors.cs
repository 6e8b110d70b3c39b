using Ingot.Compute.Execution.Experts;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Which inputs of a node hold what; -1 for what its operator does not have.</summary>
internal sealed record ExpertInputs(
    int Weights1, int Scales1, int Bias1, int Weights2, int Scales2, int Bias2, int Weights3, int Scales3, int Bias3, int Zeros1, int Zeros2, int Zeros3);

/// <summary>The tensors of a layer of experts, read from a node and checked against each other.</summary>
/// <param name="graph">The graph.</param>
/// <param name="node">The node.</param>
/// <param name="inputs">Where its tensors are.</param>
/// <param name="hidden">Numbers of a token.</param>
/// <param name="bits">Bits of a weight; 0 for floats.</param>
/// <param name="blockSize">Inputs that share a scale; 0 for a whole row.</param>
internal sealed class ExpertTensors(GraphBuilder graph, OnnxNode node, ExpertInputs inputs, int hidden, int bits, int blockSize)
{
    /// <summary>Experts.</summary>
    public int ExpertCount { get; private set; }

    /// <summary>Numbers between an expert's two products.</summary>
    public int Inner { get; private set; }

    public bool HasThird => node.HasInput(inputs.Weights3);

    private int WeightsInByte => bits == 0 ? 1 : 8 / bits;

    /// <summary>Finds out the sizes.</summary>
    public void Measure()
    {
        var (first, second) = (Dims(inputs.Weights1), Dims(inputs.Weights2));
        if (first[0] is < 1 or > ExpertRouter.MostExperts || second[0] != first[0])
            throw node.Invalid($"has weights of {first[0]} and {second[0]} experts, not the same 1 to {ExpertRouter.MostExperts}");
        ExpertCount = (int)first[0];
        if (second[2] is < 1 or > ProductOperators.MaxWidth)
            throw node.Invalid($"has second weights of shape [{string.Join(", ", second)}]");
        // Runtimes differ in how they read the shapes of older exports, [experts, inputs, outputs]: nothing says what is meant.
        if (second[1] != hidden)
            throw node.Unsupported($"has second weights of shape [{string.Join(", ", second)}]; [experts, {hidden}, inputs] is supported");
        Inner = (int)second[2] * WeightsInByte;
        if (bits > 0 && (hidden % WeightsInByte != 0 || Inner % WeightsInByte != 0))
            throw node.Unsupported($"has rows of {hidden} and {Inner} weights, which are not whole bytes");
    }

    /// <summary>The first products: gates, then what they let through where there is any, whatever order the node has them in.</summary>
    /// <param name="isFused">Both are in the first weights.</param>
    /// <param name="isInterleaved">There they take turns.</param>
    public ExpertSource First(bool isFused, bool isInterleaved)
    {
        if (!isFused)
        {
            var gates = Part(inputs.Weights1, inputs.Scales1, inputs.Zeros1, Inner, hidden);
            return Source(HasThird ? [gates, Part(inputs.Weights3, inputs.Scales3, inputs.Zeros3, Inner, hidden)] : [gates], hidden);
        }

        var both = Part(inputs.Weights1, inputs.Scales1, inputs.Zeros1, 2 * Inner, hidden);
        return Source(
            [
                both with { OutputCount = Inner, RowStep = isInterleaved ? 2 : 1 },
                both with { OutputCount = Inner, RowStep = isInterleaved ? 2 : 1, FirstRow = isInterleaved ? 1 : Inner },
            ],
            hidden);
    }

    /// <summary>The second product.</summary>
    public ExpertSource Second() => Source([Part(inputs.Weights2, inputs.Scales2, inputs.Zeros2, hidden, Inner)], Inner);

    /// <summary>Biases of the first products in the order of <see cref="First"/>; null for none.</summary>
    public float[]? FirstBias(bool isFused, bool isInterleaved)
    {
        var first = Bias(inputs.Bias1, isFused ? 2 * Inner : Inner);
        var third = Bias(inputs.Bias3, Inner);
        if ((first is null && third is null) || (!isFused && !HasThird))
            return first;
        var both = new float[checked(ExpertCount * 2 * Inner)];
        for (var i = 0; i < both.Length; i++)
        {
            var (expert, place) = (i / (2 * Inner), i % (2 * Inner));
            if (!isFused)
                both[i] = (place < Inner ? first : third) is { } one ? one[(expert * Inner) + (place % Inner)] : 0;
            else
                both[i] = first![(expert * 2 * Inner) + (isInterleaved ? (2 * (place % Inner)) + (place / Inner) : place)];
        }

        return both;
    }

    /// <summary>Biases of the second product; null for none.</summary>
    public float[]? SecondBias() => Bias(inputs.Bias2, hidden);

    private ExpertSource Source(IReadOnlyList<ExpertPart> parts, int inputCount) => new(parts, ExpertCount, inputCount, bits, blockSize);

    private ExpertPart Part(int weightIndex, int scaleIndex, int zeroIndex, int rows, int columns)
    {
        var weights = Tensor(weightIndex, [ExpertCount, rows, columns / WeightsInByte]);
        if (bits == 0)
        {
            if (!OnnxDataTypes.IsFloat(weights.DataType) || weights.DataType == OnnxDataType.Double)
                throw node.Unsupported($"has the tensor '{ContainedPath.Printable(weights.Name)}' of {OnnxDataTypes.NameOf(weights.DataType)}");
            return new ExpertPart(weights, null, null, rows, 0, 1, rows);
        }

        var blocks = blockSize == 0 ? 1 : (columns + blockSize - 1) / blockSize;
        var scales = node.HasInput(scaleIndex) ? Counted(scaleIndex, (long)ExpertCount * rows * blocks) : throw node.Invalid($"has no input {scaleIndex} (scales)");
        if (weights.DataType != OnnxDataType.UInt8 || !OnnxDataTypes.IsFloat(scales.DataType) || scales.DataType == OnnxDataType.Double)
            throw node.Unsupported($"has weights of {OnnxDataTypes.NameOf(weights.DataType)} with scales of {OnnxDataTypes.NameOf(scales.DataType)}");
        OnnxTensor? zeros = null;
        if (node.HasInput(zeroIndex))
        {
            var bytes = blockSize == 0 ? ((rows * bits) + 7) / 8 : (long)rows * (((blocks * bits) + 7) / 8);
            zeros = Counted(zeroIndex, ExpertCount * bytes);
            if (zeros.DataType != OnnxDataType.UInt8)
                throw node.Unsupported($"has zero points of {OnnxDataTypes.NameOf(zeros.DataType)}");
        }

        return new ExpertPart(weights, scales, zeros, rows, 0, 1, rows);
    }

    private float[]? Bias(int index, int count) => node.HasInput(index) ? Counted(index, (long)ExpertCount * count).ToFloats() : null;

    private long[] Dims(int index) => graph.Constant(node, index) is { Dims: { Length: 3 } dims, Transposed: false }
        ? dims
        : throw node.Invalid($"has input {index} of shape {GraphBuilder.Shape(graph.Constant(node, index))} where [experts, outputs, inputs] is needed");

    private OnnxTensor Tensor(int index, long[] dims) => Dims(index).AsSpan().SequenceEqual(dims)
        ? graph.Constant(node, index).Tensor
        : throw node.Invalid($"has input {index} of shape [{string.Join(", ", Dims(index))}] where [{string.Join(", ", dims)}] is needed");

    private OnnxTensor Counted(int index, long count) => graph.Constant(node, index) is { Tensor: var tensor } && tensor.Count == count
        ? tensor
        : throw node.Invalid($"has input {index} of shape {GraphBuilder.Shape(graph.Constant(node, index))} where {count} elements are needed");
}

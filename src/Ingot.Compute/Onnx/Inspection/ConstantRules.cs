namespace Ingot.Compute.Onnx.Inspection;

/// <summary>How large the results of operators are whose inputs are all constants. Bounds from above, and from nothing but the graph.</summary>
internal static class ConstantRules
{
    private static readonly HashSet<string> SameAsFirst = new(StringComparer.Ordinal)
    {
        "Abs", "Acos", "Asin", "Atan", "BitwiseNot", "Cast", "Ceil", "Clip", "Cos", "CumSum", "Dropout", "Elu", "Erf", "Exp", "Floor",
        "Gelu", "HardSigmoid", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Log", "LogSoftmax", "Neg", "Not", "QuantizeLinear", "Reciprocal", "Relu", "Round",
        "ScatterElements", "ScatterND", "Sigmoid", "Sign", "Sin", "Softmax", "Softplus", "Sqrt", "Tan", "Tanh", "Trilu",
    };

    private static readonly HashSet<string> Broadcast = new(StringComparer.Ordinal)
    {
        "Add", "And", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Mean", "Min", "Mod",
        "Mul", "Or", "Pow", "PRelu", "Sub", "Sum", "Where", "Xor",
    };

    // Never more elements than the first input has.
    private static readonly HashSet<string> NoMore = new(StringComparer.Ordinal)
    {
        "ArgMax", "ArgMin", "Flatten", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "Reshape", "Slice", "Split", "Squeeze",
        "Transpose", "Unsqueeze",
    };

    /// <summary>The size of a node's result.</summary>
    /// <param name="node">The node, of the standard's own operators.</param>
    /// <param name="inputs">Its inputs; null where one is left out.</param>
    /// <returns>Null where it cannot be told.</returns>
    public static Constant? SizeOf(NodeProto node, Constant?[] inputs)
    {
        if (inputs is not [{ } first, ..])
            return null;
        if (SameAsFirst.Contains(node.OpType))
            return first with { ElementBytes = node.OpType is "Cast" ? CastBytes(node) : first.ElementBytes, Integers = null };
        if (Broadcast.Contains(node.OpType))
            return Together(inputs);
        if (NoMore.Contains(node.OpType))
            return first with { Dims = DimsOf(node, inputs), ElementBytes = node.OpType is "ArgMax" or "ArgMin" ? sizeof(long) : first.ElementBytes, Integers = null };
        return node.OpType switch
        {
            "Concat" => Joined(node, inputs),
            "Gather" => Taken(node, first, inputs),
            "ConstantOfShape" => first.Integers is { } dims ? Constant.Of(dims, sizeof(long)) : null,
            "Expand" => inputs is [_, { Integers: { } shape }] ? Together([first, Constant.Of(shape, first.ElementBytes)]) : null,
            "Tile" => inputs is [_, { Integers: { } times }] ? Tiled(first, times) : null,
            "Range" => inputs is [{ Integers: [var start] }, { Integers: [var limit] }, { Integers: [not 0 and var step] }] ? Counted(start, limit, step) : null,
            "MatMul" => inputs is [{ Dims: { Length: > 1 } left }, { Dims: { Length: > 1 } right }] ? Multiplied(first, left, right) : null,
            _ => null,
        };
    }

    private static int CastBytes(NodeProto node) =>
        OnnxDataTypes.BitsOf((OnnxDataType)(Attribute(node, "to")?.I ?? 0)) is > 0 and var bits ? Math.Max(1, bits / 8) : sizeof(long);

    private static Constant? Together(Constant?[] inputs)
    {
        var rank = 0;
        foreach (var input in inputs)
        {
            if (input?.Dims is not { } dims)
                return null;
            rank = Math.Max(rank, dims.Length);
        }

        var result = new long[rank];
        Array.Fill(result, 1);
        foreach (var input in inputs)
        {
            var offset = rank - input!.Dims!.Length;
            for (var i = offset; i < rank; i++)
                result[i] = Math.Max(result[i], input.Dims[i - offset]);
        }

        return Constant.Of(result, inputs.Max(input => input!.ElementBytes));
    }

    private static long[]? DimsOf(NodeProto node, Constant?[] inputs) => (node.OpType, inputs) switch
    {
        ("Transpose", [{ Dims: { } dims }]) when Attribute(node, "perm")?.Ints is { } order && order.Count == dims.Length && order.All(axis => axis >= 0 && axis < dims.Length)
            => [.. order.Select(axis => dims[axis])],
        ("Transpose", [{ Dims: { } dims }]) => [.. dims.Reverse()],
        ("Reshape", [{ } data, { Integers: { } shape }]) => Reshaped(data, shape),
        ("Unsqueeze", [{ Dims: [] }, ..]) => [1],
        ("Unsqueeze", [{ Dims: { } dims }, { Integers: { } axes }]) => Unsqueezed(dims, axes),
        ("Squeeze", [{ Count: 1, Dims: [_] }, ..]) => [],
        ("ReduceProd", [{ Dims: [_] }, ..]) => Attribute(node, "keepdims") is { I: 0 } ? [] : [1],
        _ => null,
    };

    private static long[]? Reshaped(Constant data, long[] shape)
    {
        if (Array.Exists(shape, dim => dim == 0))
            return null;
        var known = Math.Max(1, Constant.Product([.. shape.Where(dim => dim > 0)]));
        return [.. shape.Select(dim => dim > 0 ? dim : data.Count / known)];
    }

    private static long[]? Unsqueezed(long[] dims, long[] axes)
    {
        var rank = dims.Length + axes.Length;
        var added = axes.Select(axis => axis < 0 ? axis + rank : axis).ToHashSet();
        if (added.Count != axes.Length || added.Any(axis => axis < 0 || axis >= rank))
            return null;
        var next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : dims[next++])];
    }

    private static Constant? Joined(NodeProto node, Constant?[] inputs)
    {
        if (Array.Exists(inputs, input => input is null))
            return null;
        var count = (long)Int128.Min(inputs.Aggregate((Int128)0, (sum, input) => sum + input!.Count), long.MaxValue);
        var bytes = inputs.Max(input => input!.ElementBytes);
        if (!Array.TrueForAll(inputs, input => input!.Dims is { Length: > 0 } && input.Dims.Length == inputs[0]!.Dims!.Length))
            return new Constant(null, count, bytes);
        long[] dims = [.. inputs[0]!.Dims!];
        var axis = Attribute(node, "axis")?.I ?? 0;
        if (axis < -dims.Length || axis >= dims.Length)
            return null;
        axis = axis < 0 ? axis + dims.Length : axis;
        dims[axis] = (long)Int128.Min(inputs.Aggregate((Int128)0, (sum, input) => sum + input!.Dims![axis]), long.MaxValue);
        return new Constant(dims, count, bytes);
    }

    private static Constant? Taken(NodeProto node, Constant data, Constant?[] inputs)
    {
        if (data.Dims is not { Length: > 0 } dims || inputs is not [_, { } indices] || indices.Dims is null)
            return null;
        var axis = Attribute(node, "axis")?.I ?? 0;
        if (axis < -dims.Length || axis >= dims.Length)
            return null;
        var place = (int)(axis < 0 ? axis + dims.Length : axis);
        return Constant.Of([.. dims[..place], .. indices.Dims, .. dims[(place + 1)..]], data.ElementBytes);
    }

    private static Constant Tiled(Constant data, long[] times) => data.Dims is { } dims && dims.Length == times.Length
        ? Constant.Of([.. dims.Zip(times, (dim, time) => (long)Int128.Min((Int128)dim * Math.Max(0, time), long.MaxValue))], data.ElementBytes)
        : new Constant(null, Constant.Product([data.Count, .. times]), data.ElementBytes);

    private static Constant Counted(long start, long limit, long step) =>
        Constant.Of([(long)Int128.Clamp((((Int128)limit - start) / step) + 1, 0, long.MaxValue)], sizeof(long));

    private static Constant Multiplied(Constant first, long[] left, long[] right) => Constant.Of(
        [Constant.Product(left.AsSpan(..^2)), Constant.Product(right.AsSpan(..^2)), left[^2], right[^1]], first.ElementBytes) with
    { Dims = null };

    private static AttributeProto? Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}

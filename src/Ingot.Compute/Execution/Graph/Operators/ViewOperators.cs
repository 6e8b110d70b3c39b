using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Operators that only look at the same numbers differently: they cost nothing here.</summary>
internal static class ViewOperators
{
    // Everything is computed as fp32, so a cast between float types only ends the graph's own rounding.
    public static void Cast(GraphBuilder graph, OnnxNode node)
    {
        node.Ignore("saturate", "round_mode");
        var type = (OnnxDataType)node.Int("to", 0);
        var value = graph.Value(node, 0);
        var isFitting = value is RowsValue ? OnnxDataTypes.IsFloat(type) : type is OnnxDataType.Int32 or OnnxDataType.Int64;
        if (!isFitting)
            throw node.Unsupported($"casts to {OnnxDataTypes.NameOf(type)}, which is not supported here");
        Pass(graph, node);
    }

    public static void Identity(GraphBuilder graph, OnnxNode node) => Pass(graph, node);

    public static void Reshape(GraphBuilder graph, OnnxNode node)
    {
        if (graph.Value(node, 0) is TokenIdsValue)
        {
            Pass(graph, node);
            return;
        }

        var rows = graph.Rows(node, 0);
        node.RequireInt("allowzero", 0);
        if (KnownDims(graph, node) is not { Length: >= 2 and <= 4 } dims)
            throw node.Unsupported("changes the shape of rows in a way that is not known before it runs");
        var last = dims[^1];
        // [batch, tokens, heads, size] with one of the last two left to be inferred.
        if (dims is [_, _, > 0 and var heads, -1] && rows.Width % heads == 0)
            last = rows.Width / heads;
        var isSplit = last is > 0 && rows.Width % last.Value == 0;
        var keepsRows = dims.Length != 4 || dims[2] is -1 || dims[2] * last == rows.Width;
        if (rows.HeadsFirst || !isSplit || !keepsRows || dims[..^1].Any(d => d is > 1 && d != dims[^2]))
            throw node.Unsupported($"changes the shape of rows of {rows.Width} elements to [{string.Join(", ", dims.Select(d => d?.ToString() ?? "?"))}]");
        graph.Define(node.Output(0), rows with { LastDim = (int)last!.Value, Rank = dims.Length });
    }

    public static void Transpose(GraphBuilder graph, OnnxNode node)
    {
        var rows = graph.Rows(node, 0);
        if (rows.Rank != 4 || node.Ints("perm") is not [0, 2, 1, 3])
            throw node.Unsupported("moves dimensions other than heads and tokens");
        graph.Define(node.Output(0), rows with { HeadsFirst = !rows.HeadsFirst });
    }

    public static void Split(GraphBuilder graph, OnnxNode node)
    {
        var rows = LastAxis(graph.Rows(node, 0), node, (int)node.Int("axis", 0));
        var count = node.Outputs.Count;
        var numOutputs = node.Int("num_outputs", count);
        var sizes = node.HasInput(1) ? graph.Integers(node, 1) : node.Ints("split")?.ToArray();
        if (sizes is null && !node.HasInput(1) && numOutputs == count && rows.Width % count == 0)
            sizes = [.. Enumerable.Repeat((long)rows.Width / count, count)];
        if (sizes is null || sizes.Length != count || sizes.Any(size => size < 1 || size > rows.Width) || sizes.Sum() != rows.Width)
            throw node.Invalid($"splits rows of {rows.Width} elements into [{string.Join(", ", sizes ?? [])}] for {count} outputs");
        var offset = rows.Offset;
        for (var i = 0; i < count; i++)
        {
            if (node.HasOutput(i))
                graph.Define(node.Output(i), rows with { Offset = offset, Width = (int)sizes[i], LastDim = (int)sizes[i] });
            offset += (int)sizes[i];
        }
    }

    public static void Slice(GraphBuilder graph, OnnxNode node)
    {
        if (graph.Integers(node, 1) is not [var start] || graph.Integers(node, 2) is not [var end]
            || (node.HasInput(3) ? graph.Integers(node, 3) : null) is not [var axis]
            || (node.HasInput(4) && graph.Integers(node, 4) is not [1]))
        {
            throw node.Unsupported("takes something other than a constant range of one axis");
        }

        var rows = LastAxis(graph.Rows(node, 0), node, axis);
        start = Math.Clamp(start < 0 ? start + rows.Width : start, 0, rows.Width);
        end = Math.Clamp(end < 0 ? end + rows.Width : end, 0, rows.Width);
        if (start >= end)
            throw node.Invalid($"takes nothing of rows of {rows.Width} elements");
        var width = (int)(end - start);
        graph.Define(node.Output(0), rows with { Offset = rows.Offset + (int)start, Width = width, LastDim = width });
    }

    public static void Concat(GraphBuilder graph, OnnxNode node)
    {
        var axis = node.Int("axis", 0);
        var joined = LastAxis(graph.Rows(node, 0), node, axis);
        for (var i = 1; i < node.Inputs.Count; i++)
        {
            var next = LastAxis(graph.Rows(node, i), node, axis);
            if (!ReferenceEquals(next.Buffer, joined.Buffer) || next.Offset != joined.Offset + joined.Width)
                throw node.Unsupported("joins rows that do not already lie side by side");
            joined = joined with { Width = joined.Width + next.Width, LastDim = joined.Width + next.Width, IsExclusive = joined.IsExclusive && next.IsExclusive };
        }

        graph.Define(node.Output(0), joined);
    }

    private static void Pass(GraphBuilder graph, OnnxNode node) => graph.Define(node.Output(0), graph.Value(node, 0)!);

    private static long?[]? KnownDims(GraphBuilder graph, OnnxNode node) => graph.Value(node, 1) switch
    {
        ConstantValue constant when constant.Tensor.Count <= 8 => [.. constant.Tensor.ToIntegers().Select(d => (long?)d)],
        ShapeValue { Elements: { } elements } => [.. elements],
        _ => null,
    };

    private static RowsValue LastAxis(RowsValue rows, OnnxNode node, long axis) =>
        (axis == -1 || axis == rows.Rank - 1) && rows.LastDim == rows.Width && !rows.HeadsFirst
            ? rows
            : throw node.Unsupported($"works along axis {axis}; only the last axis of whole rows is supported");
}

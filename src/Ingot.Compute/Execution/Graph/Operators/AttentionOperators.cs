using Ingot.Compute.Attention;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph.Operators;

/// <summary>Rotary embedding and grouped-query attention.</summary>
internal static class AttentionOperators
{
    private const int SinkInput = 11;

    private static readonly string[] OptionalInputs = ["", "", "", "", "", "", "", "", "", "position_ids", "attention_bias", "head_sink"];

    public static void RotaryEmbedding(GraphBuilder graph, OnnxNode node)
    {
        var rows = graph.Rows(node, 0);
        RequirePositions(graph, node, 1);
        var tables = graph.RotaryTables(node, 2, 3);
        var rotaryCount = node.Int("rotary_embedding_dim", 0);
        var headCount = node.Int("num_heads", 0);
        if (node.Float("scale", 1) is var scale && scale != 1)
            throw node.Unsupported($"has the attribute 'scale' = {scale}; only 1 is supported");
        node.RequireInt("is_packed_batching", 0);

        var headSize = rows.Rank == 4 ? rows.LastDim : headCount > 0 ? (int)(rows.Width / headCount) : tables.Half * 2;
        if (rotaryCount != 0 && (rotaryCount != tables.Half * 2 || headCount == 0))
            throw node.Invalid($"turns {rotaryCount} numbers of each of {headCount} heads by tables of {tables.Half} pairs");
        Turn(graph, node, tables, ref rows, headSize, node.Int("interleaved", 0) != 0);
        graph.Define(node.Output(0), rows);
    }

    public static void GroupQueryAttention(GraphBuilder graph, OnnxNode node)
    {
        var shape = Shape(graph, node) with { Sinks = Sinks(graph, node) };
        RefuseVariants(node);
        var layer = new CacheLayer(Layer(graph, node));
        var (queries, keys, values) = QueriesKeysValues(graph, node, shape);
        for (var index = 5; index <= 6; index++)
        {
            if (graph.Value(node, index) is not ShapeValue)
                throw node.Unsupported($"does not take input {index} (lengths) from the attention mask");
        }

        var interleaved = node.Int("rotary_interleaved", 0) != 0;
        if (node.Int("do_rotary", 0) != 0)
        {
            if (node.HasInput(9))
                RequirePositions(graph, node, 9);
            var tables = graph.RotaryTables(node, 7, 8);
            Turn(graph, node, tables, ref queries, shape.HeadSize, interleaved);
            Turn(graph, node, tables, ref keys, shape.HeadSize, interleaved);
        }

        var output = GraphBuilder.NewRows(shape.QueryHeadCount * shape.HeadSize);
        graph.Emit(new KvWriteOperation(layer, keys, values, shape.KvHeadCount));
        graph.Emit(new AttentionOperation(shape, layer, queries, output));
        graph.Define(node.Output(0), output);
    }

    private static AttentionShape Shape(GraphBuilder graph, OnnxNode node)
    {
        var description = graph.Description;
        var queryHeads = node.RequiredInt("num_heads", 1, 4096);
        var kvHeads = node.RequiredInt("kv_num_heads", 1, 4096);
        if (kvHeads != description.KvHeadCount || queryHeads % kvHeads != 0 || (description.QueryHeadCount is { } heads && heads != queryHeads))
            throw node.Invalid($"has {queryHeads} query and {kvHeads} key-value heads, which is not what the configuration says");
        var scale = node.Float("scale", 0);
        // Present from some writers on unwindowed layers: -1, and 0 likewise.
        var window = node.Int("local_window_size", -1);
        if (window > int.MaxValue / 2)
            throw node.Invalid($"has the attribute 'local_window_size' = {window}");
        return new AttentionShape
        {
            QueryHeadCount = queryHeads,
            KvHeadCount = kvHeads,
            HeadSize = description.HeadSize,
            Scale = scale == 0 ? 1f / MathF.Sqrt(description.HeadSize) : scale,
            WindowSize = window <= 0 ? 0 : (int)window,
            Softcap = node.Float("softcap", 0) is var cap && cap >= 0 ? cap : throw node.Invalid($"has the attribute 'softcap' = {cap}"),
        };
    }

    private static float[]? Sinks(GraphBuilder graph, OnnxNode node)
    {
        if (!node.HasInput(SinkInput))
            return null;
        var sinks = graph.Constant(node, SinkInput).Tensor;
        var heads = node.RequiredInt("num_heads", 1, 4096);
        return sinks.Count == heads ? sinks.ToFloats() : throw node.Invalid($"has sinks of shape {sinks.Shape} for {heads} heads");
    }

    private static void RefuseVariants(OnnxNode node)
    {
        if (node.Int("smooth_softmax", 0) > 0)
            throw node.Unsupported("has the attribute 'smooth_softmax' = 1, which is not supported");
        node.RequireInt("qk_output", 0);
        node.RequireInt("kv_cache_bit_width", 0);
        node.RequireInt("unidirectional", 1);
        foreach (var name in (ReadOnlySpan<string>)["k_quant_type", "v_quant_type"])
        {
            if (node.Text(name, "NONE") is var type && type != "NONE")
                throw node.Unsupported($"has the attribute '{name}' = '{ContainedPath.Printable(type)}'; only 'NONE' is supported");
        }

        for (var i = 10; i < node.Inputs.Count; i++)
        {
            if (i != SinkInput && node.HasInput(i))
                throw node.Unsupported($"has an input '{(i < OptionalInputs.Length ? OptionalInputs[i] : i)}', which is not supported");
        }

        if (node.HasOutput(3))
            throw node.Unsupported("has an output 3 (scores), which is not supported");
    }

    private static int Layer(GraphBuilder graph, OnnxNode node)
    {
        if (graph.Value(node, 3) is not PastValue { IsKey: true } key || graph.Value(node, 4) is not PastValue { IsKey: false } value || key.Layer != value.Layer)
            throw node.Unsupported("does not take past keys and values by the names that the configuration gives");
        var description = graph.Description;
        if ((node.HasOutput(1) && node.Output(1) != DecoderNames.OfLayer(description.PresentKey, key.Layer))
            || (node.HasOutput(2) && node.Output(2) != DecoderNames.OfLayer(description.PresentValue, key.Layer)))
        {
            throw node.Unsupported("does not give keys and values by the names that the configuration gives");
        }

        return key.Layer;
    }

    private static (RowsValue Queries, RowsValue Keys, RowsValue Values) QueriesKeysValues(GraphBuilder graph, OnnxNode node, AttentionShape shape)
    {
        var queries = graph.Rows(node, 0);
        var queryWidth = shape.QueryHeadCount * shape.HeadSize;
        var kvWidth = shape.KvHeadCount * shape.HeadSize;
        if (!node.HasInput(1) && !node.HasInput(2))
        {
            Require(node, queries, queryWidth + kvWidth + kvWidth, "packed queries, keys and values");
            return (
                queries with { Width = queryWidth, LastDim = queryWidth },
                queries with { Offset = queries.Offset + queryWidth, Width = kvWidth, LastDim = kvWidth },
                queries with { Offset = queries.Offset + queryWidth + kvWidth, Width = kvWidth, LastDim = kvWidth });
        }

        var keys = graph.Rows(node, 1);
        var values = graph.Rows(node, 2);
        Require(node, queries, queryWidth, "queries");
        Require(node, keys, kvWidth, "keys");
        Require(node, values, kvWidth, "values");
        return (queries, keys, values);
    }

    private static void Require(OnnxNode node, RowsValue rows, int width, string what)
    {
        if (rows.Width != width || rows.LastDim != width || rows.HeadsFirst)
            throw node.Invalid($"has {what} of {rows.LastDim} elements where its heads need {width}");
    }

    private static void Turn(GraphBuilder graph, OnnxNode node, RotaryTables tables, ref RowsValue rows, int headSize, bool interleaved)
    {
        if (headSize < 1 || rows.Width % headSize != 0 || tables.Half * 2 > headSize)
            throw node.Invalid($"turns rows of {rows.Width} elements in heads of {headSize} by tables of {tables.Half} pairs");
        if (!rows.IsExclusive)
        {
            var copy = GraphBuilder.NewRows(rows.Width) with { LastDim = rows.LastDim, Rank = rows.Rank, HeadsFirst = rows.HeadsFirst };
            graph.Emit(new CopyOperation(rows, copy));
            rows = copy;
        }

        graph.Emit(new RotaryOperation(tables, rows, headSize, interleaved));
    }

    private static void RequirePositions(GraphBuilder graph, OnnxNode node, int index)
    {
        if (graph.Value(node, index) is not PositionsValue)
            throw node.Unsupported($"computes its positions (input {index}) from something other than the input '{graph.Description.PositionIds}'");
    }
}

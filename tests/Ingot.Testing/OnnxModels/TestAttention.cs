using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Attention of a test decoder's layers, with its projections, norms and rotary embedding.</summary>
internal sealed class TestAttention(TestDecoderOptions options, TestGraphWriter graph, TestWeights weights)
{
    private const string MaskBase = "/model/attn_mask_reformat/attn_mask_subgraph";

    private string _positions = "";

    private bool IsPhi2 => options.Architecture == TestArchitecture.Phi2;

    private int RotaryCount => IsPhi2 ? options.HeadSize / 2 : options.HeadSize;

    /// <summary>What all layers share: rotary tables, positions.</summary>
    public void Prepare()
    {
        if (options.ShortPositions > 0)
        {
            ChosenTables();
        }
        else
        {
            graph.Floats("cos_cache", [options.Positions, RotaryCount / 2], Table(options.Positions, 10000, MathF.Cos));
            graph.Floats("sin_cache", [options.Positions, RotaryCount / 2], Table(options.Positions, 10000, MathF.Sin));
        }

        if (!options.RotaryInAttention)
        {
            const string Base = "/model/pos_ids_reformat";
            var shape = graph.Node("Shape", $"{Base}/Shape", ["input_ids"]);
            var length = graph.Node("Gather", $"{Base}/Gather", [shape, graph.Integer(1)], attributes: ("axis", 0));
            var list = graph.Node("Unsqueeze", $"{Base}/Unsqueeze", [length, graph.Integers(0)]);
            var target = graph.Node("Concat", $"{Base}/Concat", [graph.Integers(-1), list], attributes: ("axis", 0));
            _positions = graph.Node("Reshape", $"{Base}/Reshape", ["position_ids", target]);
        }
    }

    public string Write(int layer, string input)
    {
        var name = $"/model/layers.{layer}/attn";
        var queryWidth = options.QueryHeads * options.HeadSize;
        var kvWidth = options.KvHeads * options.HeadSize;
        string query, key = "", value = "";
        if (options.PackedQkv)
        {
            query = Projection($"{name}/qkv_proj", input, queryWidth + kvWidth + kvWidth);
        }
        else
        {
            query = Projection($"{name}/q_proj", input, queryWidth);
            key = Projection($"{name}/k_proj", input, kvWidth);
            value = Projection($"{name}/v_proj", input, kvWidth);
        }

        if (options.Architecture == TestArchitecture.Qwen3)
        {
            query = HeadNorm($"{name}/q_norm", query, queryWidth);
            key = HeadNorm($"{name}/k_norm", key, kvWidth);
        }

        if (!options.RotaryInAttention)
        {
            query = Rotary($"{name}/q_rotary/RotaryEmbedding", query, options.QueryHeads);
            key = Rotary($"{name}/k_rotary/RotaryEmbedding", key, options.KvHeads);
        }

        var attended = GroupQueryAttention(layer, name, query, key, value);
        var output = weights.MatMul($"{name}/o_proj/MatMul", attended, options.Hidden, queryWidth);
        return IsPhi2 ? weights.Bias($"{name}/o_proj/Add", output, options.Hidden) : output;
    }

    private string GroupQueryAttention(int layer, string name, string query, string key, string value)
    {
        var isGemma = options.Architecture == TestArchitecture.Gemma2;
        var isWindowed = options.Architecture == TestArchitecture.Mistral || (isGemma && layer % 2 == 0);
        string[] tables = options.RotaryInAttention ? ["cos_cache", "sin_cache"] : ["", ""];
        string[] sinks = options.Sinks ? ["", "", Sinks(layer)] : [];
        return graph.Node("GroupQueryAttention", $"{name}/GroupQueryAttention",
            [query, key, value, $"past_key_values.{layer}.key", $"past_key_values.{layer}.value", $"{MaskBase}/Sub/Cast/output_0", $"{MaskBase}/Gather/Cast/output_0", .. tables, .. sinks],
            [$"{name}/GroupQueryAttention/output_0", $"present.{layer}.key", $"present.{layer}.value"], TestGraphWriter.Microsoft,
            ("num_heads", options.QueryHeads), ("kv_num_heads", options.KvHeads), ("scale", isGemma ? 0.2f : 1 / MathF.Sqrt(options.HeadSize)),
            ("local_window_size", isWindowed ? options.Window : -1), ("softcap", isGemma ? 2f : 0f),
            ("do_rotary", options.RotaryInAttention ? 1 : 0), ("rotary_interleaved", options.Interleaved ? 1 : 0));
    }

    private string Sinks(int layer)
    {
        var random = new TestRandom(options.Seed + 1000 + (ulong)layer);
        return graph.Floats($"model.layers.{layer}.attn.sinks", [options.QueryHeads], [.. Enumerable.Range(0, options.QueryHeads).Select(_ => 2 * random.Symmetric())]);
    }

    private string Projection(string name, string input, int width)
    {
        var product = weights.MatMul($"{name}/MatMul", input, width, options.Hidden);
        return options.Architecture is TestArchitecture.Qwen2 or TestArchitecture.Phi2 ? weights.Bias($"{name}/Add", product, width) : product;
    }

    private string HeadNorm(string name, string input, int width)
    {
        var weight = graph.Floats($"{name[1..].Replace('/', '.')}.layernorm.weight", [options.HeadSize], weights.Norm(options.HeadSize));
        var heads = graph.Node("Reshape", $"{name}/Reshape_1", [input, graph.Integers(0, -1, options.HeadSize)]);
        var normed = graph.Node("SimplifiedLayerNormalization", $"{name}/SimplifiedLayerNormalization", [heads, weight],
            attributes: [("epsilon", 1e-6f), ("axis", -1), ("stash_type", 1)]);
        return graph.Node("Reshape", $"{name}/Reshape_2", [normed, graph.Integers(0, -1, width)]);
    }

    private string Rotary(string name, string input, int heads) =>
        graph.Node("RotaryEmbedding", name, [input, _positions, "cos_cache", "sin_cache"], TestGraphWriter.Microsoft,
            ("interleaved", options.Interleaved ? 1 : 0), ("num_heads", IsPhi2 ? heads : 0), ("rotary_embedding_dim", IsPhi2 ? RotaryCount : 0));

    private void ChosenTables()
    {
        const string Base = "/model/rotemb_caches_subgraph";
        var isLonger = graph.Node("Greater", $"{Base}/Greater", [$"{MaskBase}/Gather/output_0", graph.Integer(options.ShortPositions)]);
        graph.Node("If", $"{Base}/If", [isLonger], ["cos_cache", "sin_cache"],
            attributes: [("then_branch", Branch("large", options.Positions, 40000)), ("else_branch", Branch("small", options.ShortPositions, 10000))]);
    }

    private GraphProto Branch(string size, int positions, float theta)
    {
        var branch = new GraphProto { Name = $"{size}_rotemb_caches_graph" };
        foreach (var (part, function) in new (string, Func<float, float>)[] { ("cos", MathF.Cos), ("sin", MathF.Sin) })
        {
            var name = $"{part}_cache_{size}";
            var tensor = TestGraphWriter.FloatTensor(name, [positions, RotaryCount / 2], Table(positions, theta, function), graph.FloatType);
            branch.Node.Add(new NodeProto
            {
                OpType = "Constant",
                Name = $"/{size}/{part}_cache/Constant",
                Output = { name },
                Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = tensor } },
            });
            branch.Output.Add(TestGraphWriter.Info(name, graph.FloatType, positions, RotaryCount / 2));
        }

        return branch;
    }

    private float[] Table(int positions, float theta, Func<float, float> function)
    {
        var half = RotaryCount / 2;
        var table = new float[positions * half];
        for (var i = 0; i < table.Length; i++)
            table[i] = function(i / half * MathF.Pow(theta, -(i % half) / (float)half));
        return table;
    }
}

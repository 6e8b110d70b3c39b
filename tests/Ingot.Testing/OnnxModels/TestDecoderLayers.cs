namespace Ingot.Testing.OnnxModels;

/// <summary>The layers of a test decoder, from embedding to logits.</summary>
internal sealed class TestDecoderLayers(TestDecoderOptions options, TestGraphWriter graph, TestWeights weights)
{
    private readonly TestAttention _attention = new(options, graph, weights);
    private string[] _headOperands = [];

    private bool IsGemma => options.Architecture == TestArchitecture.Gemma2;

    private bool IsPhi2 => options.Architecture == TestArchitecture.Phi2;

    public void Write()
    {
        var root = Embedding();
        _attention.Prepare();
        var skip = "";
        for (var layer = 0; layer < options.Layers; layer++)
        {
            if (IsPhi2)
                (root, skip) = ParallelLayer(layer, root, skip);
            else
                (root, skip) = Layer(layer, root, skip);
        }

        var (hidden, _) = SkipNorm($"/model/layers.{options.Layers}/final_norm_layernorm", root, skip, isLast: true);
        Head(hidden);
    }

    private (string Root, string Skip) Layer(int layer, string root, string skip)
    {
        var name = $"/model/layers.{layer}";
        (var normed, root) = skip.Length == 0 ? (Norm($"{name}/input_layernorm", root), root) : SkipNorm($"{name}/input_layernorm", root, skip);
        var attended = _attention.Write(layer, normed);
        if (IsGemma)
            attended = Norm($"{name}/post_attention_layernorm", attended);
        (normed, root) = SkipNorm($"{name}/{(IsGemma ? "pre_feedforward" : "post_attention")}_layernorm", root, attended);
        var fed = FeedForward(name, normed);
        return (root, IsGemma ? Norm($"{name}/post_feedforward_layernorm", fed) : fed);
    }

    // Attention and feed-forward beside each other, their sum added to the stream.
    private (string Root, string Skip) ParallelLayer(int layer, string root, string skip)
    {
        var name = $"/model/layers.{layer}";
        (var normed, root) = skip.Length == 0 ? (Norm($"{name}/input_layernorm", root), root) : SkipNorm($"{name}/input_layernorm", root, skip);
        var attended = _attention.Write(layer, normed);
        var wide = weights.MatMul($"{name}/mlp/fc1/MatMul", normed, options.FeedForward, options.Hidden);
        wide = weights.Bias($"{name}/mlp/fc1/Add", wide, options.FeedForward);
        wide = graph.Node("FastGelu", $"{name}/mlp/act_fn/FastGelu", [wide], TestGraphWriter.Microsoft);
        var fed = weights.MatMul($"{name}/mlp/fc2/MatMul", wide, options.Hidden, options.FeedForward);
        fed = weights.Bias($"{name}/mlp/fc2/Add", fed, options.Hidden);
        return (root, graph.Node("Add", $"{name}/residual_add/Add", [attended, fed]));
    }

    private string FeedForward(string name, string normed)
    {
        if (options.Experts is { } experts)
            return new TestExpertLayer(options, experts, graph, weights).Write(name, normed);
        string gate, up;
        if (options.Architecture == TestArchitecture.Phi3)
        {
            var both = weights.MatMul($"{name}/mlp/gate_up_proj/MatMul", normed, 2 * options.FeedForward, options.Hidden);
            gate = $"{name}/mlp/gate_up_proj/Split/output_0";
            up = $"{name}/mlp/gate_up_proj/Split/output_1";
            graph.Node("Split", $"{name}/mlp/gate_up_proj/Split", [both, graph.Integers(options.FeedForward, options.FeedForward)], [gate, up], attributes: ("axis", -1));
        }
        else
        {
            gate = weights.MatMul($"{name}/mlp/gate_proj/MatMul", normed, options.FeedForward, options.Hidden);
            up = weights.MatMul($"{name}/mlp/up_proj/MatMul", normed, options.FeedForward, options.Hidden);
        }

        string activated;
        if (IsGemma)
        {
            activated = graph.Node("Gelu", $"{name}/mlp/act_fn/Gelu", [gate], attributes: ("approximate", "tanh"));
        }
        else
        {
            var sigmoid = graph.Node("Sigmoid", $"{name}/mlp/act_fn/Sigmoid", [gate]);
            activated = graph.Node("Mul", $"{name}/mlp/act_fn/Mul", [gate, sigmoid]);
        }

        var product = graph.Node("Mul", $"{name}/mlp/Mul", [activated, up]);
        return weights.MatMul($"{name}/mlp/down_proj/MatMul", product, options.Hidden, options.FeedForward);
    }

    private string Norm(string name, string input)
    {
        graph.Floats($"{name[1..].Replace('/', '.')}.weight", [options.Hidden], weights.Norm(options.Hidden));
        string[] inputs = [input, $"{name[1..].Replace('/', '.')}.weight"];
        return graph.Node(IsPhi2 ? "LayerNormalization" : "SimplifiedLayerNormalization", $"{name}/LayerNorm", [.. inputs, .. NormBias(name)],
            [$"{name}/output_0"], attributes: [("epsilon", 1e-5f), ("axis", -1), ("stash_type", 1)]);
    }

    private (string Normed, string Sum) SkipNorm(string name, string input, string skip, bool isLast = false)
    {
        graph.Floats($"{name[1..].Replace('/', '.')}.weight", [options.Hidden], weights.Norm(options.Hidden));
        string[] inputs = [input, skip, $"{name[1..].Replace('/', '.')}.weight"];
        string[] outputs = isLast ? [$"{name}/output_0"] : [$"{name}/output_0", "", "", $"{name}/output_3"];
        graph.Node(IsPhi2 ? "SkipLayerNormalization" : "SkipSimplifiedLayerNormalization", $"{name}/SkipLayerNorm",
            [.. inputs, .. NormBias(name)], outputs, TestGraphWriter.Microsoft, ("epsilon", 1e-5f));
        return (outputs[0], isLast ? "" : outputs[3]);
    }

    private string[] NormBias(string name) =>
        IsPhi2 ? [graph.Floats($"{name[1..].Replace('/', '.')}.bias", [options.Hidden], weights.Floats(options.Hidden, 0.3f))] : [];

    private string Embedding()
    {
        string rows;
        if (options.TiedEmbedding && options.IsQuantized)
        {
            string[] names = [$"lm_head.MatMul.weight_Q{options.Bits}G{options.BlockSize}", "lm_head.MatMul.weight_scale", "lm_head.MatMul.weight_zp"];
            _headOperands = weights.Quantized(names[0], names[1], names[2], options.Vocabulary, options.Hidden);
            var codes = graph.Node("Reshape", "/model/embed_tokens/Reshape", [names[0], graph.Integers(options.Vocabulary, options.Hidden * options.Bits / 8)]);
            rows = graph.Node("GatherBlockQuantized", "/model/embed_tokens/GatherBlockQuantized", [codes, "input_ids", .. _headOperands[1..]], TestGraphWriter.Microsoft,
                ("bits", options.Bits), ("block_size", options.BlockSize), ("gather_axis", 0), ("quantize_axis", 1));
        }
        else if (options.TiedEmbedding)
        {
            graph.Floats("lm_head.MatMul.weight", [options.Hidden, options.Vocabulary], weights.Floats((long)options.Hidden * options.Vocabulary, TestWeights.Scale(options.Hidden)));
            _headOperands = ["lm_head.MatMul.weight"];
            var table = graph.Node("Transpose", "/model/embed_tokens/Transpose", ["lm_head.MatMul.weight"], attributes: ("perm", new long[] { 1, 0 }));
            rows = graph.Node("Gather", "/model/embed_tokens/Gather", [table, "input_ids"]);
        }
        else
        {
            graph.Floats("model.embed_tokens.weight", [options.Vocabulary, options.Hidden], weights.Floats((long)options.Vocabulary * options.Hidden, 1));
            rows = graph.Node("Gather", "/model/embed_tokens/Gather", ["model.embed_tokens.weight", "input_ids"]);
        }

        return IsGemma ? graph.Node("Mul", "/model/embed_tokens/Mul", [rows, graph.Number(MathF.Round(MathF.Sqrt(options.Hidden), 2))]) : rows;
    }

    private void Head(string hidden)
    {
        const string Name = "/lm_head/MatMul";
        if (options.LastRowAlone)
            hidden = graph.Node("Slice", "/lm_head/Slice", [hidden, graph.Integers(-1), graph.Integers(long.MaxValue), graph.Integers(1)]);
        var output = IsGemma || IsPhi2 ? $"{Name}/output_0" : "logits";
        if (_headOperands.Length > 1)
            weights.NBits($"{Name}NBits", [hidden, .. _headOperands], options.Vocabulary, options.Hidden, output);
        else if (_headOperands.Length == 1)
            graph.Node("MatMul", Name, [hidden, _headOperands[0]], [output]);
        else
            weights.MatMul(Name, hidden, options.Vocabulary, options.Hidden, output);

        if (IsPhi2)
        {
            weights.Bias("/lm_head/Add", output, options.Vocabulary, "logits");
        }
        else if (IsGemma)
        {
            var inner = graph.Node("Div", "/lm_head/softcap/Div", [output, graph.Number(3)]);
            inner = graph.Node("Tanh", "/lm_head/softcap/Tanh", [inner]);
            graph.Node("Mul", "/lm_head/softcap/Mul", [inner, graph.Number(3)], ["logits"]);
        }
    }
}

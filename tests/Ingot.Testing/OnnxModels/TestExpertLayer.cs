namespace Ingot.Testing.OnnxModels;

/// <summary>A layer of experts as the model builders write it: router, experts in one node, and the expert all tokens go through.</summary>
internal sealed class TestExpertLayer(TestDecoderOptions options, TestExperts experts, TestGraphWriter graph, TestWeights weights)
{
    public string Write(string name, string normed)
    {
        var router = $"{name[1..].Replace('/', '.')}.moe.router.MatMul.weight";
        graph.Floats(router, [options.Hidden, experts.Count], weights.Floats((long)options.Hidden * experts.Count, 3 * TestWeights.Scale(options.Hidden)));
        var scores = graph.Node("MatMul", $"{name}/moe/router/MatMul", [normed, router]);
        scores = graph.Node("Reshape", $"{name}/moe/router/Reshape", [scores, graph.Integers(-1, experts.Count)]);
        // ONNX Runtime 1.30 lets the node write over its input where nobody reads that afterwards, and gives wrong sums then unless they are normalised.
        if (!experts.Normalize && !options.IsQuantized)
            graph.Output(normed, graph.FloatType, "batch_size", "sequence_length", options.Hidden);
        var mixed = Experts(name, normed, scores);
        if (experts.Shared == 0)
            return mixed;

        var gate = weights.MatMul($"{name}/shared_expert/gate_proj/MatMul", normed, experts.Shared, options.Hidden);
        var up = weights.MatMul($"{name}/shared_expert/up_proj/MatMul", normed, experts.Shared, options.Hidden);
        var sigmoid = graph.Node("Sigmoid", $"{name}/shared_expert/act_fn/Sigmoid", [gate]);
        var activated = graph.Node("Mul", $"{name}/shared_expert/act_fn/Mul", [gate, sigmoid]);
        var product = graph.Node("Mul", $"{name}/shared_expert/Mul", [activated, up]);
        var shared = weights.MatMul($"{name}/shared_expert/down_proj/MatMul", product, options.Hidden, experts.Shared);
        var share = weights.MatMul($"{name}/shared_expert_gate/MatMul", normed, 1, options.Hidden);
        share = graph.Node("Sigmoid", $"{name}/shared_expert_gate/Sigmoid", [share]);
        shared = graph.Node("Mul", $"{name}/shared_expert_gate/Mul", [share, shared]);
        return graph.Node("Add", $"{name}/shared_expert/Add", [mixed, shared]);
    }

    private string Experts(string name, string normed, string scores)
    {
        var prefix = $"{name[1..].Replace('/', '.')}.moe.experts";
        var firstRows = experts.IsFused ? 2 * experts.Inner : experts.Inner;
        List<string> inputs = [normed, scores];
        List<string> zeros = [];
        Matrix(inputs, zeros, $"{prefix}.gate_up_proj", firstRows, options.Hidden);
        Matrix(inputs, zeros, $"{prefix}.down_proj", options.Hidden, experts.Inner);
        if (experts.HasThird)
            Matrix(inputs, zeros, $"{prefix}.up_proj", experts.Inner, options.Hidden);
        if (options.IsQuantized && (zeros.Count > 0 || experts.GivenWeights))
        {
            while (inputs.Count < 11)
                inputs.Add("");
            inputs.AddRange(zeros);
        }

        if (experts.GivenWeights)
        {
            while (inputs.Count < 14)
                inputs.Add("");
            inputs.Add(graph.Node("Sigmoid", $"{name}/moe/router/Sigmoid", [scores]));
        }

        List<(string, object)> attributes =
        [
            ("activation_type", experts.Activation), ("k", experts.Chosen), ("normalize_routing_weights", experts.Normalize ? 1 : 0),
            ("use_sparse_mixer", experts.SparseMixer ? 1 : 0),
        ];
        if (experts.Activation == "swiglu")
        {
            attributes.AddRange([("activation_alpha", experts.Alpha), ("activation_beta", experts.Beta), ("swiglu_fusion", experts.IsFused ? experts.Fusion : 0)]);
            if (experts.Limit > 0)
                attributes.Add(("swiglu_limit", experts.Limit));
        }

        if (options.IsQuantized)
            attributes.Add(("expert_weight_bits", options.Bits));
        if (options.IsQuantized && experts.BlockSize > 0)
            attributes.Add(("block_size", experts.BlockSize));
        var op = options.IsQuantized ? "QMoE" : "MoE";
        return graph.Node(op, $"{name}/moe/{op}", [.. inputs], TestGraphWriter.Microsoft, [.. attributes]);
    }

    private void Matrix(List<string> inputs, List<string> zeros, string name, int rows, int columns)
    {
        if (options.IsQuantized)
        {
            inputs.AddRange(Quantized(zeros, name, rows, columns));
        }
        else
        {
            inputs.Add(graph.Floats($"{name}.weight", [experts.Count, rows, columns], weights.Floats((long)experts.Count * rows * columns, TestWeights.Scale(columns))));
        }

        inputs.Add(experts.Bias ? graph.Floats($"{name}.bias", [experts.Count, rows], weights.Floats((long)experts.Count * rows, 0.3f)) : "");
    }

    private string[] Quantized(List<string> zeros, string name, int rows, int columns)
    {
        var random = new TestRandom(options.Seed + (ulong)name.Sum(c => c * 31L));
        var blocks = experts.BlockSize == 0 ? 1 : columns / experts.BlockSize;
        var bytes = new byte[experts.Count * rows * (columns * options.Bits / 8)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)random.Below(256);
        graph.Bytes($"{name}.qweight", [experts.Count, rows, columns * options.Bits / 8], bytes);
        var step = 1 / (0.29f * (1 << options.Bits) * MathF.Sqrt(columns));
        var steps = new float[experts.Count * rows * blocks];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = step * (1 + (0.5f * random.Symmetric()));
        graph.Floats($"{name}.scales", experts.BlockSize == 0 ? [experts.Count, rows] : [experts.Count, rows, blocks], steps);
        if (options.HasZeroPoints)
        {
            var width = experts.BlockSize == 0 ? 0 : ((blocks * options.Bits) + 7) / 8;
            var points = new byte[experts.Count * (width == 0 ? ((rows * options.Bits) + 7) / 8 : rows * width)];
            for (var i = 0; i < points.Length; i++)
                points[i] = options.Bits == 8 ? (byte)(118 + random.Below(21)) : (byte)(6 + random.Below(5) + ((6 + random.Below(5)) << 4));
            zeros.Add(graph.Bytes($"{name}.qzeros", width == 0 ? [experts.Count, points.Length / experts.Count] : [experts.Count, rows, width], points));
        }

        return [$"{name}.qweight", $"{name}.scales"];
    }
}

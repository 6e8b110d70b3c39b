using Google.Protobuf;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx;
using Ingot.Compute.Tests.Onnx;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using AttributeType = Ingot.Compute.Onnx.AttributeProto.Types.AttributeType;

namespace Ingot.Compute.Tests.Execution;

/// <summary>Graphs that are wrong or beyond us: each one is refused with a sentence that names what is at fault.</summary>
public sealed class BrokenGraphTests
{
    private const ErrorCode Invalid = ErrorCode.ModelInvalid;
    private const ErrorCode Unsupported = ErrorCode.ModelUnsupported;

    private static readonly TestDecoderOptions Quantized = new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4ZeroPoints };
    private static readonly TestDecoderOptions Rotary = new() { RotaryInAttention = false };
    private static readonly TestDecoderOptions Phi = new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 8 };

    private static readonly (string Name, TestDecoderOptions Options, Action<GraphProto> Break, ErrorCode Code, string Expected)[] Cases =
    [
        ("unknown operator", new(), g => Node(g, "Sigmoid").OpType = "Softplus", Unsupported, "Softplus node '/model/layers.0/mlp/act_fn/Sigmoid' is of an operator that is not supported"),
        ("unknown domain", new(), g => Node(g, "Sigmoid").Domain = "ai.example", Unsupported, "(domain 'ai.example')"),
        ("another attention", new(), g => Node(g, "GroupQueryAttention").OpType = "MultiHeadAttention", Unsupported, "MultiHeadAttention node"),
        ("unknown attribute", new(), g => Set(g, "GroupQueryAttention", "do_magic", 1), Unsupported, "attribute 'do_magic'"),
        ("smooth softmax", new(), g => Set(g, "GroupQueryAttention", "smooth_softmax", 1), Unsupported, "smooth_softmax"),
        ("sinks of another size", new(), g => Node(g, "GroupQueryAttention").Input.Add(["", "", "model.embed_tokens.weight"]), Invalid, "sinks of shape"),
        ("attention bias", new(), g => Node(g, "GroupQueryAttention").Input.Add(["", "model.embed_tokens.weight"]), Unsupported, "attention_bias"),
        ("attribute of another type", new(), g => Attribute(g, "GroupQueryAttention", "num_heads").Type = AttributeType.Float, Invalid, "attribute 'num_heads' of type Float"),
        ("missing attribute", new(), g => Node(g, "GroupQueryAttention").Attribute.RemoveAt(0), Invalid, "no attribute 'num_heads'"),
        ("attribute out of range", new(), g => Set(g, "GroupQueryAttention", "num_heads", -4), Invalid, "'num_heads' = -4"),
        ("other heads than configured", new(), g => Set(g, "GroupQueryAttention", "kv_num_heads", 1), Invalid, "not what the configuration says"),
        ("endless window", new(), g => Set(g, "GroupQueryAttention", "local_window_size", long.MaxValue), Invalid, "local_window_size"),
        ("missing initializer", new(), g => Remove(g, "model.embed_tokens.weight"), Invalid, "'model.embed_tokens.weight', which nothing gives"),
        ("missing input", new(), g => Node(g, "SkipSimplifiedLayerNormalization").Input[2] = "", Invalid, "has no input 2"),
        ("cycle", new(), g => Node(g, "Sigmoid").Input[0] = "/model/layers.0/mlp/Mul/output_0", Invalid, "the graph has a cycle"),
        ("value given twice", new(), g => Node(g, "Sigmoid").Output[0] = "logits", Invalid, "another node gives already"),
        ("no logits", new(), g => g.Node.RemoveAt(g.Node.Count - 1), Invalid, "has no output 'logits'"),
        ("logits before attention", new(), g => Rename(g, "/model/embed_tokens/Gather/output_0"), Invalid, "0 attention layers"),
        ("logits are attention", new() { Layers = 1 }, g => Rename(g, "/model/layers.0/attn/GroupQueryAttention/output_0"), Unsupported, "not computed behind the last attention"),
        ("norm of another width", new(), g => Shrink(g, "model.layers.0.input_layernorm.weight", 32), Invalid, "where 64 elements are needed"),
        ("product of another width", new(), g => Swap(g, "model.layers.0.mlp.down_proj.MatMul.weight"), Invalid, "rows of 96 elements with a matrix of 64 inputs"),
        ("tokens that nobody looks up", Rotary, g => g.Node.Single(node => node.Name == "/model/embed_tokens/Gather").Input[1] = "position_ids", Unsupported, "does not look up its tokens in an embedding"),
        ("embedding of three dimensions", new(), g => Tensor(g, "model.embed_tokens.weight").Dims.Add(1), Invalid, "two dimensions are needed"),
        ("embedding of fewer tokens than logits", new(), g => Shrink(g, "model.embed_tokens.weight", 10), Invalid, "an embedding of 10"),
        ("rotary tables that differ", new(), g => Swap(g, "sin_cache"), Invalid, "rotary tables of shapes"),
        ("weights of doubles", new(), g => Retype(g, "model.layers.0.mlp.down_proj.MatMul.weight", OnnxDataType.Double, 48), Unsupported, "Double"),
        ("three bits", Quantized, g => Set(g, "MatMulNBits", "bits", 3), Unsupported, "3 bits"),
        ("odd blocks", Quantized, g => Set(g, "MatMulNBits", "block_size", 24), Unsupported, "blocks of 24"),
        ("more outputs than codes", Quantized, g => Set(g, "MatMulNBits", "N", 65), Invalid, "does not have the"),
        ("huge product", Quantized, g => Set(g, "MatMulNBits", "K", long.MaxValue), Invalid, "'K' = 9223372036854775807"),
        ("reordered groups", Quantized, g => Node(g, "MatMulNBits").Input.Add("model.embed_tokens.weight"), Unsupported, "g_idx"),
        ("scale that is no number", Quantized, g => Tensor(g, "model.layers.0.attn.q_proj.MatMul.scales").RawData = Nan(128), Invalid, "not a finite number"),
        ("positions of its own", Rotary, g => Node(g, "RotaryEmbedding").Input[1] = "/model/attn_mask_reformat/attn_mask_subgraph/Sub/output_0", Unsupported, "computes its positions"),
        ("lengths that are constant", new(), g => Node(g, "GroupQueryAttention").Input[5] = "/model/constants/INT64/1", Unsupported, "from the attention mask"),
        ("past of another name", new(), g => Node(g, "GroupQueryAttention").Input[3] = "past_key_values.1.key", Unsupported, "past keys and values by the names"),
        ("split beyond the row", Phi, g => Set(g, "/model/constants/INT64/[96, 96]", [96, 97]), Invalid, "into [96, 97]"),
        ("tables that are too short for their sequences", Phi, g => Set(g, "/model/constants/INT64/8", [9]), Invalid, "tables of 8 positions"),
        ("a choice of one thing only", Phi, g => Node(g, "If").Attribute.RemoveAt(1), Invalid, "lacks one of its branches"),
        ("a branch that computes", Phi, g => Attribute(g, "If", "else_branch").G.Node[0].OpType = "Cos", Unsupported, "something other than constants"),
        ("a branch that takes what nothing gives", Phi, g => { var node = Attribute(g, "If", "else_branch").G.Node[0]; node.OpType = "Identity"; node.Input.Add("nothing"); }, Invalid, "'nothing', which nothing gives"),
        ("choice by something else", Phi, g => Node(g, "Greater").OpType = "Less", Unsupported, "something other than the length"),
        ("unknown input", new(), g => { g.Input.Add(g.Input[0].Clone()); g.Input[^1].Name = "extra"; Node(g, "Sigmoid").Input[0] = "extra"; }, Unsupported, "'extra', which is not one of the decoder inputs"),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name(string name)
    {
        var (_, options, change, code, expected) = Cases.Single(c => c.Name == name);
        var model = TestDecoderGraphs.Build(options);
        change(model.Graph);
        var error = Assert.Throws<IngotException>(() => Load(options, model.ToByteArray()));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void A_layer_count_that_differs_from_the_configuration_is_refused()
    {
        var options = new TestDecoderOptions();
        var error = Assert.Throws<IngotException>(() => Load(options with { Layers = 3 }, TestDecoderGraphs.Build(options).ToByteArray()));
        Assert.Contains("2 attention layers where the configuration says 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_changed_bytes_are_refused_or_run()
    {
        var options = new TestDecoderOptions { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4, Hidden = 32, FeedForward = 32, Vocabulary = 20, Positions = 4, Layers = 1, QueryHeads = 2, KvHeads = 1 };
        var whole = TestDecoderGraphs.Build(options).ToByteArray();
        var random = new TestRandom(7);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var i = random.Below(3); i >= 0; i--)
                bytes[random.Below(bytes.Length)] = (byte)random.Below(256);
            if (round % 10 == 0)
                bytes = bytes[..random.Below(bytes.Length)];
            try
            {
                Load(options, bytes);
            }
            catch (IngotException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 30, 299);
    }

    private static void Load(TestDecoderOptions options, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], bytes);
        var description = TestDecoderGraphs.Describe(options, folder.Path, folder["model.onnx"]);
        using var executor = DecoderExecutor.Load(description, new ComputeOptions { ThreadCount = 1, MaxStepTokens = 4 }, CancellationToken.None);
        using var store = executor.CreateKvStore(1);
        var batch = new StepBatch();
        batch.AddSequence([0], 0, new[] { 0 }, 1);
        executor.Step(batch, store, new float[executor.VocabularySize]);
    }

    private static NodeProto Node(GraphProto graph, string op) => graph.Node.First(node => node.OpType == op);

    private static TensorProto Tensor(GraphProto graph, string name) => graph.Initializer.Single(tensor => tensor.Name == name);

    private static AttributeProto Attribute(GraphProto graph, string op, string name) => Node(graph, op).Attribute.Single(a => a.Name == name);

    private static void Set(GraphProto graph, string op, string name, long value)
    {
        var node = Node(graph, op);
        if (node.Attribute.FirstOrDefault(a => a.Name == name) is not { } attribute)
            node.Attribute.Add(attribute = new AttributeProto { Name = name, Type = AttributeType.Int });
        attribute.I = value;
    }

    private static void Set(GraphProto graph, string tensor, long[] values) =>
        Tensor(graph, tensor).RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));

    private static void Remove(GraphProto graph, string tensor) => graph.Initializer.Remove(Tensor(graph, tensor));

    private static void Rename(GraphProto graph, string value)
    {
        graph.Node[^1].Output[0] = "unused";
        var producer = graph.Node.Single(node => node.Output.Contains(value));
        producer.Output[producer.Output.IndexOf(value)] = "logits";
    }

    private static void Shrink(GraphProto graph, string name, int count)
    {
        var tensor = Tensor(graph, name);
        int rowBytes = tensor.RawData.Length / (int)tensor.Dims[0];
        tensor.Dims[0] = count;
        tensor.RawData = ByteString.CopyFrom(tensor.RawData.Span[..(count * rowBytes)]);
    }

    private static void Swap(GraphProto graph, string name)
    {
        var dims = Tensor(graph, name).Dims;
        (dims[0], dims[1]) = (dims[1], dims[0]);
    }

    private static void Retype(GraphProto graph, string name, OnnxDataType type, long firstDim)
    {
        var tensor = Tensor(graph, name);
        tensor.DataType = (int)type;
        tensor.Dims[0] = firstDim;
    }

    private static ByteString Nan(int count) => ByteString.CopyFrom([.. Enumerable.Repeat(BitConverter.GetBytes(float.NaN), count).SelectMany(b => b)]);
}

using Google.Protobuf;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx;
using Ingot.Compute.Tests.Onnx;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using AttributeType = Ingot.Compute.Onnx.AttributeProto.Types.AttributeType;

namespace Ingot.Compute.Tests.Execution;

/// <summary>The same computation written with other operators gives the same logits.</summary>
public sealed class EquivalentGraphTests
{
    private static readonly TestDecoderOptions Plain = new() { Layers = 1 };
    private static readonly TestDecoderOptions Quantized = new() { Layers = 1, Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4 };

    private static readonly (string Name, TestDecoderOptions Options, Action<GraphProto> Rewrite)[] Cases =
    [
        ("SiLU by QuickGelu", Plain, QuickGelu),
        ("product by Gemm", Plain, Gemm),
        ("skip norm by sum and norm", Plain, SumAndNorm),
        ("bias inside the product", Quantized, BiasInput),
        ("rotary embedding of heads apart", Plain with { RotaryInAttention = false }, HeadsApart),
        ("split by slices", new TestDecoderOptions { Layers = 1, Architecture = TestArchitecture.Phi3, PackedQkv = true }, Slices),
        ("neutral arithmetic", Plain, NeutralArithmetic),
        ("views that change nothing", Plain, Views),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_same_logits(string name)
    {
        var (_, options, rewrite) = Cases.Single(c => c.Name == name);
        var model = TestDecoderGraphs.Build(options);
        var expected = Logits(options, model);
        rewrite(model.Graph);
        var actual = Logits(options, model);
        var rms = MathF.Sqrt(expected.Average(v => v * v));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second), 0, 1e-5f * rms));
    }

    private static float[] Logits(TestDecoderOptions options, ModelProto model)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], model.ToByteArray());
        var description = TestDecoderGraphs.Describe(options, folder.Path, folder["model.onnx"]);
        using var executor = DecoderExecutor.Load(description, new ComputeOptions { ThreadCount = 2, MaxStepTokens = 8 }, CancellationToken.None);
        using var store = executor.CreateKvStore(1);
        var batch = new StepBatch();
        batch.AddSequence([3, 1, 4, 1, 5], 0, new[] { 0 }, 5);
        var logits = new float[5 * executor.VocabularySize];
        executor.Step(batch, store, logits);
        return logits;
    }

    private static void QuickGelu(GraphProto graph)
    {
        var product = Take(graph, "/model/layers.0/mlp/act_fn/Mul");
        var node = Take(graph, "/model/layers.0/mlp/act_fn/Sigmoid");
        Add(graph, "QuickGelu", [node.Input[0]], product.Output[0], "com.microsoft", new AttributeProto { Name = "alpha", Type = AttributeType.Float, F = 1 });
    }

    private static void Gemm(GraphProto graph)
    {
        var node = Take(graph, "/model/layers.0/mlp/down_proj/MatMul");
        Add(graph, "Gemm", [.. node.Input], node.Output[0], "");
    }

    private static void SumAndNorm(GraphProto graph)
    {
        var node = Take(graph, "/model/layers.0/post_attention_layernorm/SkipLayerNorm");
        Add(graph, "Add", [node.Input[0], node.Input[1]], node.Output[3], "");
        Add(graph, "SimplifiedLayerNormalization", [node.Output[3], node.Input[2]], node.Output[0], "", node.Attribute.Single(a => a.Name == "epsilon"));
    }

    private static void BiasInput(GraphProto graph)
    {
        var sum = Take(graph, "/model/layers.0/attn/q_proj/Add");
        var product = graph.Node.Single(node => node.Name == "/model/layers.0/attn/q_proj/MatMulNBits");
        product.Input.Add(["", "", sum.Input[1]]);
        product.Output[0] = sum.Output[0];
    }

    private static void HeadsApart(GraphProto graph)
    {
        foreach (var (part, heads) in new[] { ("q", 4), ("k", 2) })
        {
            var node = graph.Node.Single(n => n.Name == $"/model/layers.0/attn/{part}_rotary/RotaryEmbedding");
            var result = node.Output[0];
            Integers(graph, $"{part}/split", 0, 0, heads, 16);
            Integers(graph, $"{part}/join", 0, 0, heads * 16);
            Add(graph, "Reshape", [node.Input[0], $"{part}/split"], $"{part}/apart", "");
            Add(graph, "Transpose", [$"{part}/apart"], $"{part}/heads_first", "", Perm());
            node.Input[0] = $"{part}/heads_first";
            node.Output[0] = $"{part}/turned";
            Add(graph, "Transpose", [$"{part}/turned"], $"{part}/tokens_first", "", Perm());
            Add(graph, "Reshape", [$"{part}/tokens_first", $"{part}/join"], result, "");
        }

        static AttributeProto Perm() => new() { Name = "perm", Type = AttributeType.Ints, Ints = { 0, 2, 1, 3 } };
    }

    private static void Slices(GraphProto graph)
    {
        var node = Take(graph, "/model/layers.0/mlp/gate_up_proj/Split");
        Integers(graph, "start", 0);
        Integers(graph, "middle", 96);
        Integers(graph, "end", long.MaxValue);
        Integers(graph, "last", -1);
        Add(graph, "Slice", [node.Input[0], "start", "middle", "last"], node.Output[0], "");
        Add(graph, "Slice", [node.Input[0], "middle", "end", "last"], node.Output[1], "");
    }

    private static void NeutralArithmetic(GraphProto graph)
    {
        var node = graph.Node.Single(n => n.Name == "/model/layers.0/mlp/Mul");
        graph.Initializer.Add(TestGraphWriter.FloatTensor("two", [], [2], OnnxDataType.Float));
        graph.Initializer.Add(TestGraphWriter.FloatTensor("halves", [1, 96], [.. Enumerable.Repeat(0.5f, 96)], OnnxDataType.Float));
        Add(graph, "Div", [node.Output[0], "two"], "halved", "");
        Add(graph, "Sub", [node.Output[0], "halved"], "other_half", "");
        Add(graph, "Div", ["halved", "halves"], "whole_again", "");
        Add(graph, "Sub", ["whole_again", "other_half"], "half", "");
        Add(graph, "Mul", ["two", "half"], "result", "");
        graph.Node.Single(n => n.Name == "/model/layers.0/mlp/down_proj/MatMul").Input[0] = "result";
    }

    private static void Views(GraphProto graph)
    {
        var node = graph.Node.Single(n => n.Name == "/model/layers.0/mlp/down_proj/MatMul");
        Add(graph, "Identity", [node.Input[0]], "same", "");
        Add(graph, "Cast", ["same"], "cast", "", new AttributeProto { Name = "to", Type = AttributeType.Int, I = (int)OnnxDataType.Float16 });
        Integers(graph, "parts", 32, 64);
        Add(graph, "Split", ["cast", "parts"], "left", "", new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 2 });
        graph.Node[^1].Output.Add("right");
        Add(graph, "Concat", ["left", "right"], "joined", "", new AttributeProto { Name = "axis", Type = AttributeType.Int, I = -1 });
        node.Input[0] = "joined";
    }

    private static NodeProto Take(GraphProto graph, string name)
    {
        var node = graph.Node.Single(n => n.Name == name);
        graph.Node.Remove(node);
        return node;
    }

    private static void Add(GraphProto graph, string op, string[] inputs, string output, string domain, params AttributeProto[] attributes) =>
        graph.Node.Add(new NodeProto { OpType = op, Name = $"rewritten/{output}", Domain = domain, Input = { inputs }, Output = { output }, Attribute = { attributes } });

    private static void Integers(GraphProto graph, string name, params long[] values) =>
        graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)OnnxDataType.Int64, Dims = { values.Length }, Int64Data = { values } });
}

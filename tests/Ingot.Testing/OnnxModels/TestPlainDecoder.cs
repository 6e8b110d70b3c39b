using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>
/// A tiny random decoder whose attention is written out in products and a softmax, as general exporters write it: learnt positions, norms with
/// biases, keys and values given anew with every run. Ingot's own executor refuses it.
/// </summary>
public sealed record TestPlainDecoder
{
    private const int Layers = 2;
    internal const int Heads = 4;
    internal const int HeadSize = 16;
    internal const int Hidden = Heads * HeadSize;

    public TestPrecision Precision { get; init; } = TestPrecision.Float32;

    public int Vocabulary { get; init; } = 200;

    public int Positions { get; init; } = 96;

    /// <summary>Token ids that end an answer.</summary>
    public string EndOfSequence { get; init; } = "0";

    /// <summary>What stands in the configuration besides.</summary>
    public string SessionOptions { get; init; } = "{}";

    /// <summary>Writes a whole model folder but for its tokenizer.</summary>
    public void Write(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Build().ToByteArray());
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), $$"""
            {
              "model": {
                "type": "gpt2", "context_length": {{Positions}}, "vocab_size": {{Vocabulary}}, "eos_token_id": {{EndOfSequence}},
                "decoder": {
                  "filename": "model.onnx", "head_size": {{HeadSize}}, "num_attention_heads": {{Heads}}, "num_hidden_layers": {{Layers}},
                  "hidden_size": {{Hidden}}, "session_options": {{SessionOptions}}
                }
              }
            }
            """);
    }

    /// <summary>The model.</summary>
    internal ModelProto Build()
    {
        var graph = new TestGraphWriter(Precision);
        var options = new TestDecoderOptions { Precision = Precision, Hidden = Hidden, Vocabulary = Vocabulary, Seed = 11 };
        var weights = new TestWeights(options, graph);
        Ports(graph);
        var tokens = graph.Node("Gather", "/embed", [graph.Floats("wte", [Vocabulary, Hidden], weights.Floats((long)Vocabulary * Hidden, 1)), "input_ids"]);
        var places = graph.Node("Gather", "/places", [graph.Floats("wpe", [Positions, Hidden], weights.Floats((long)Positions * Hidden, 0.5f)), "position_ids"]);
        var x = graph.Node("Add", "/embedded", [tokens, places]);
        var allowed = Allowed(graph);
        for (var layer = 0; layer < Layers; layer++)
        {
            x = graph.Node("Add", $"/l{layer}/attended", [x, Attention(graph, weights, layer, Norm(graph, weights, $"/l{layer}/norm1", x), allowed)]);
            x = graph.Node("Add", $"/l{layer}/fed", [x, Feed(graph, weights, $"/l{layer}/mlp", Norm(graph, weights, $"/l{layer}/norm2", x))]);
        }

        graph.Node("MatMul", "/head", [Norm(graph, weights, "/norm", x), graph.Floats("head", [Hidden, Vocabulary], weights.Floats((long)Hidden * Vocabulary, TestWeights.Scale(Hidden)))], ["logits"]);
        return new ModelProto { IrVersion = 10, ProducerName = "ingot-tests", Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 20 } } };
    }

    private void Ports(TestGraphWriter graph)
    {
        graph.Input("input_ids", OnnxDataType.Int64, "batch", "tokens");
        graph.Input("attention_mask", OnnxDataType.Int64, "batch", "total");
        graph.Input("position_ids", OnnxDataType.Int64, "batch", "tokens");
        graph.Output("logits", graph.FloatType, "batch", "tokens", Vocabulary);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var part in new[] { "key", "value" })
            {
                graph.Input($"past_key_values.{layer}.{part}", graph.FloatType, "batch", Heads, "past", HeadSize);
                graph.Output($"present.{layer}.{part}", graph.FloatType, "batch", Heads, "total", HeadSize);
            }
        }
    }

    // [batch, 1, tokens, total]: what exists and is not behind the token.
    private static string Allowed(TestGraphWriter graph)
    {
        var total = graph.Node("Gather", "/mask/total", [graph.Node("Shape", "/mask/shape", ["attention_mask"]), graph.Integer(1)], attributes: ("axis", 0));
        var columns = graph.Node("Range", "/mask/columns", [graph.Integer(0), total, graph.Integer(1)]);
        var rows = graph.Node("Unsqueeze", "/mask/rows", ["position_ids", graph.Integers(1, 3)]);
        var before = graph.Node("LessOrEqual", "/mask/before", [columns, rows]);
        var real = graph.Node("Unsqueeze", "/mask/real", [graph.Node("Cast", "/mask/cast", ["attention_mask"], attributes: ("to", (int)OnnxDataType.Bool)), graph.Integers(1, 2)]);
        return graph.Node("And", "/mask/allowed", [before, real]);
    }

    private static string Attention(TestGraphWriter graph, TestWeights weights, int layer, string x, string allowed)
    {
        var name = $"/l{layer}/attention";
        var query = InHeads(graph, weights, $"{name}/q", x);
        var key = graph.Node("Concat", $"{name}/keys", [$"past_key_values.{layer}.key", InHeads(graph, weights, $"{name}/k", x)], [$"present.{layer}.key"], attributes: ("axis", 2));
        var value = graph.Node("Concat", $"{name}/values", [$"past_key_values.{layer}.value", InHeads(graph, weights, $"{name}/v", x)], [$"present.{layer}.value"], attributes: ("axis", 2));
        var turned = graph.Node("Transpose", $"{name}/turned", [key], attributes: ("perm", new long[] { 0, 1, 3, 2 }));
        var scores = graph.Node("Mul", $"{name}/scaled", [graph.Node("MatMul", $"{name}/scores", [query, turned]), graph.Number(1 / MathF.Sqrt(HeadSize))]);
        var shares = graph.Node("Softmax", $"{name}/shares", [graph.Node("Where", $"{name}/masked", [allowed, scores, graph.Number(-10000)])], attributes: ("axis", -1));
        var together = graph.Node("Transpose", $"{name}/together", [graph.Node("MatMul", $"{name}/mixed", [shares, value])], attributes: ("perm", new long[] { 0, 2, 1, 3 }));
        return Linear(graph, weights, $"{name}/out", graph.Node("Reshape", $"{name}/flat", [together, graph.Integers(0, 0, Hidden)]), Hidden, Hidden);
    }

    internal static string InHeads(TestGraphWriter graph, TestWeights weights, string name, string x)
    {
        var heads = graph.Node("Reshape", $"{name}/heads", [Linear(graph, weights, name, x, Hidden, Hidden), graph.Integers(0, 0, Heads, HeadSize)]);
        return graph.Node("Transpose", $"{name}/first", [heads], attributes: ("perm", new long[] { 0, 2, 1, 3 }));
    }

    internal static string Feed(TestGraphWriter graph, TestWeights weights, string name, string x)
    {
        var wide = Linear(graph, weights, $"{name}/up", x, 2 * Hidden, Hidden);
        var error = graph.Node("Erf", $"{name}/erf", [graph.Node("Mul", $"{name}/shrunk", [wide, graph.Number(1 / MathF.Sqrt(2))])]);
        var gate = graph.Node("Mul", $"{name}/half", [graph.Node("Add", $"{name}/one", [error, graph.Number(1)]), graph.Number(0.5f)]);
        return Linear(graph, weights, $"{name}/down", graph.Node("Mul", $"{name}/gelu", [wide, gate]), Hidden, 2 * Hidden);
    }

    internal static string Linear(TestGraphWriter graph, TestWeights weights, string name, string x, int outputs, int inputs)
    {
        var matrix = graph.Floats($"{name}.weight", [inputs, outputs], weights.Floats((long)inputs * outputs, TestWeights.Scale(inputs)));
        return graph.Node("Add", $"{name}/biased", [graph.Node("MatMul", $"{name}/product", [x, matrix]), graph.Floats($"{name}.bias", [outputs], weights.Floats(outputs, 0.2f))]);
    }

    internal static string Norm(TestGraphWriter graph, TestWeights weights, string name, string x) =>
        graph.Node("LayerNormalization", name, [x, graph.Floats($"{name}.weight", [Hidden], weights.Norm(Hidden)), graph.Floats($"{name}.bias", [Hidden], weights.Floats(Hidden, 0.2f))],
            attributes: [("axis", -1), ("epsilon", 1e-5f)]);
}

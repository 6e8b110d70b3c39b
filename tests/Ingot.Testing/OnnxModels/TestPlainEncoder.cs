using Google.Protobuf;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>
/// A tiny random encoder as general exporters write BERT: ids, mask and types of tokens in; rows of tokens out, and their mean over the tokens
/// that exist. Ingot's own executor refuses it.
/// </summary>
public sealed record TestPlainEncoder
{
    private const int Heads = TestPlainDecoder.Heads;
    private const int HeadSize = TestPlainDecoder.HeadSize;
    private const int Hidden = TestPlainDecoder.Hidden;

    public int Vocabulary { get; init; } = 200;

    public int Positions { get; init; } = 64;

    /// <summary>Whether the configuration names the graph's own mean.</summary>
    public bool IsPooled { get; init; }

    /// <summary>Writes a whole model folder but for its tokenizer.</summary>
    public void Write(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Build().ToByteArray());
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), $$"""
            {
              "model": {
                "type": "bert", "context_length": {{Positions}}, "vocab_size": {{Vocabulary}}, "pad_token_id": 0,
                "encoder": {
                  "filename": "model.onnx", "head_size": {{HeadSize}}, "hidden_size": {{Hidden}}, "num_attention_heads": {{Heads}}, "num_hidden_layers": 1,
                  "outputs": { {{(IsPooled ? "\"pooled\": \"sentence_embedding\"" : "\"hidden_states\": \"last_hidden_state\"")}} }
                },
                "pooling": { "mode": "mean", "normalize": true }
              }
            }
            """);
    }

    private ModelProto Build()
    {
        var graph = new TestGraphWriter(TestPrecision.Float32);
        var weights = new TestWeights(new TestDecoderOptions { Hidden = Hidden, Seed = 21 }, graph);
        foreach (var name in new[] { "input_ids", "attention_mask", "token_type_ids" })
            graph.Input(name, OnnxDataType.Int64, "batch", "tokens");
        graph.Output("last_hidden_state", OnnxDataType.Float, "batch", "tokens", Hidden);
        graph.Output("sentence_embedding", OnnxDataType.Float, "batch", Hidden);

        var mask = graph.Node("Cast", "/mask", ["attention_mask"], attributes: ("to", (int)OnnxDataType.Float));
        var x = TestPlainDecoder.Norm(graph, weights, "/norm", Embedding(graph, weights));
        x = TestPlainDecoder.Norm(graph, weights, "/norm1", graph.Node("Add", "/attended", [x, Attention(graph, weights, x, mask)]));
        x = graph.Node("Add", "/fed", [x, TestPlainDecoder.Feed(graph, weights, "/mlp", x)]);
        x = graph.Node("Identity", "/rows", [TestPlainDecoder.Norm(graph, weights, "/norm2", x)], ["last_hidden_state"]);

        var column = graph.Node("Unsqueeze", "/mean/column", [mask, graph.Integers(-1)]);
        var sum = graph.Node("ReduceSum", "/mean/sum", [graph.Node("Mul", "/mean/kept", [x, column]), graph.Integers(1)], attributes: ("keepdims", 0));
        var count = graph.Node("ReduceSum", "/mean/count", [column, graph.Integers(1)], attributes: ("keepdims", 0));
        graph.Node("Div", "/mean", [sum, count], ["sentence_embedding"]);
        return new ModelProto { IrVersion = 10, ProducerName = "ingot-tests", Graph = graph.Graph, OpsetImport = { new OperatorSetIdProto { Version = 20 } } };
    }

    private string Embedding(TestGraphWriter graph, TestWeights weights)
    {
        var tokens = graph.Node("Gather", "/words", [graph.Floats("words", [Vocabulary, Hidden], weights.Floats((long)Vocabulary * Hidden, 1)), "input_ids"]);
        var types = graph.Node("Gather", "/types", [graph.Floats("types", [2, Hidden], weights.Floats(2 * Hidden, 0.5f)), "token_type_ids"]);
        var length = graph.Node("Gather", "/length", [graph.Node("Shape", "/shape", ["input_ids"]), graph.Integer(1)], attributes: ("axis", 0));
        var order = graph.Node("Range", "/order", [graph.Integer(0), length, graph.Integer(1)]);
        var places = graph.Node("Gather", "/places", [graph.Floats("places", [Positions, Hidden], weights.Floats((long)Positions * Hidden, 0.5f)), order]);
        return graph.Node("Add", "/embedded", [graph.Node("Add", "/typed", [tokens, types]), places]);
    }

    private static string Attention(TestGraphWriter graph, TestWeights weights, string x, string mask)
    {
        var hidden = graph.Node("Mul", "/hidden", [graph.Node("Sub", "/absent", [graph.Number(1), graph.Node("Unsqueeze", "/wide", [mask, graph.Integers(1, 2)])]), graph.Number(-10000)]);
        var turned = graph.Node("Transpose", "/turned", [TestPlainDecoder.InHeads(graph, weights, "/k", x)], attributes: ("perm", new long[] { 0, 1, 3, 2 }));
        var scores = graph.Node("Mul", "/scaled", [graph.Node("MatMul", "/scores", [TestPlainDecoder.InHeads(graph, weights, "/q", x), turned]), graph.Number(1 / MathF.Sqrt(HeadSize))]);
        var shares = graph.Node("Softmax", "/shares", [graph.Node("Add", "/masked", [scores, hidden])], attributes: ("axis", -1));
        var mixed = graph.Node("MatMul", "/mixed", [shares, TestPlainDecoder.InHeads(graph, weights, "/v", x)]);
        var together = graph.Node("Transpose", "/together", [mixed], attributes: ("perm", new long[] { 0, 2, 1, 3 }));
        return TestPlainDecoder.Linear(graph, weights, "/out", graph.Node("Reshape", "/flat", [together, graph.Integers(0, 0, Hidden)]), Hidden, Hidden);
    }
}

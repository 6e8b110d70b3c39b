using Google.Protobuf;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx;

namespace Ingot.Testing.OnnxModels;

/// <summary>Writes tiny random decoders whose graphs are made of the nodes that the model builder of onnxruntime-genai writes.</summary>
public static class TestDecoderGraphs
{
    /// <summary>Writes <c>model.onnx</c> into a folder and says what its configuration would.</summary>
    public static DecoderDescription Write(TestDecoderOptions options, string folder)
    {
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, Build(options).ToByteArray());
        return Describe(options, folder, path);
    }

    /// <summary>The description that goes with the options.</summary>
    public static DecoderDescription Describe(TestDecoderOptions options, string folder, string path) => new()
    {
        OnnxPath = path,
        ModelFolder = folder,
        LayerCount = options.Layers,
        KvHeadCount = options.KvHeads,
        HeadSize = options.HeadSize,
        QueryHeadCount = options.QueryHeads,
    };

    /// <summary>The model.</summary>
    internal static ModelProto Build(TestDecoderOptions options)
    {
        var graph = new TestGraphWriter(options.Precision);
        var weights = new TestWeights(options, graph);
        Inputs(options, graph);
        Mask(graph);
        new TestDecoderLayers(options, graph, weights).Write();
        return new ModelProto
        {
            IrVersion = 10,
            ProducerName = "ingot-tests",
            Graph = graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = 21 }, new OperatorSetIdProto { Domain = TestGraphWriter.Microsoft, Version = 1 } },
        };
    }

    private static void Inputs(TestDecoderOptions options, TestGraphWriter graph)
    {
        graph.Input("input_ids", OnnxDataType.Int64, "batch_size", "sequence_length");
        graph.Input("attention_mask", OnnxDataType.Int64, "batch_size", "total_sequence_length");
        if (!options.RotaryInAttention)
            graph.Input("position_ids", OnnxDataType.Int64, "batch_size", "sequence_length");
        graph.Output("logits", graph.FloatType, "batch_size", options.LastRowAlone ? 1 : "sequence_length", options.Vocabulary);
        for (var layer = 0; layer < options.Layers; layer++)
        {
            foreach (var part in new[] { "key", "value" })
            {
                graph.Input($"past_key_values.{layer}.{part}", graph.FloatType, "batch_size", options.KvHeads, "past_sequence_length", options.HeadSize);
                graph.Output($"present.{layer}.{part}", graph.FloatType, "batch_size", options.KvHeads, "total_sequence_length", options.HeadSize);
            }
        }
    }

    private static void Mask(TestGraphWriter graph)
    {
        const string Base = "/model/attn_mask_reformat/attn_mask_subgraph";
        var sum = graph.Node("ReduceSum", $"{Base}/ReduceSum", ["attention_mask", graph.Integers(1)], attributes: ("keepdims", 0));
        var less = graph.Node("Sub", $"{Base}/Sub", [sum, graph.Integers(1)]);
        graph.Node("Cast", $"{Base}/Sub/Cast", [less], attributes: ("to", (int)OnnxDataType.Int32));
        var shape = graph.Node("Shape", $"{Base}/Shape", ["attention_mask"]);
        var total = graph.Node("Gather", $"{Base}/Gather", [shape, graph.Integer(1)], attributes: ("axis", 0));
        graph.Node("Cast", $"{Base}/Gather/Cast", [total], attributes: ("to", (int)OnnxDataType.Int32));
    }
}

using Google.Protobuf;
using Ingot.Compute.Execution;
using Ingot.Compute.Onnx;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Experts;

/// <summary>The same experts in the layouts that ONNX Runtime's kernels for processors do not read, against the one that is recorded.</summary>
public sealed class ExpertLayoutTests
{
    private static readonly TestExperts Interleaved = new() { Chosen = 3, Inner = 64, Alpha = 1.3f, Beta = 0.5f, Limit = 1, Bias = true };

    [Theory]
    [InlineData(TestPrecision.Float32, 32)]
    [InlineData(TestPrecision.Float16, 32)]
    [InlineData(TestPrecision.Int4, 32)]
    [InlineData(TestPrecision.Int4, 0)]
    [InlineData(TestPrecision.Int4ZeroPoints, 32)]
    [InlineData(TestPrecision.Int4ZeroPoints, 0)]
    [InlineData(TestPrecision.Int8ZeroPoints, 16)]
    [InlineData(TestPrecision.Int8ZeroPoints, 0)]
    public void Gates_and_ups_that_take_turns_follow_each_other_or_lie_apart_give_the_same_bits(TestPrecision precision, int blockSize)
    {
        var options = new TestDecoderOptions { Precision = precision, Experts = Interleaved with { BlockSize = blockSize } };
        var expected = Logits(TestDecoderGraphs.Build(options), options);
        Assert.Equal(expected, Logits(Rearranged(options, areApart: false), options));
        Assert.Equal(expected, Logits(Rearranged(options, areApart: true), options));
    }

    [Fact]
    public void A_fused_layer_that_does_not_say_how_takes_turns()
    {
        var options = new TestDecoderOptions { Precision = TestPrecision.Int4, Experts = Interleaved };
        var model = TestDecoderGraphs.Build(options);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "QMoE"))
            node.Attribute.Remove(node.Attribute.Single(a => a.Name == "swiglu_fusion"));
        Assert.Equal(Logits(TestDecoderGraphs.Build(options), options), Logits(model, options));
    }

    [Theory]
    [InlineData("quant_type", "fp4", "quant_type")]
    [InlineData("activation_type", "tanh", "activation_type")]
    [InlineData("expert_weight_bits", 2L, "2 bits")]
    [InlineData("weights_prepacked", 1L, "another kind of processor")]
    [InlineData("block_size", 512L, "512")]
    [InlineData("k", 9L, "chooses 9 of 8")]
    [InlineData("use_sparse_mixer", 1L, "sparsely")]
    [InlineData("group_count", 2L, "group_count")]
    public void What_is_not_computed_is_refused_by_name(string attribute, object value, string named)
    {
        var options = new TestDecoderOptions { Precision = TestPrecision.Int4, Experts = Interleaved };
        var model = TestDecoderGraphs.Build(options);
        var node = model.Graph.Node.First(n => n.OpType == "QMoE");
        if (node.Attribute.SingleOrDefault(a => a.Name == attribute) is { } present)
            node.Attribute.Remove(present);
        node.Attribute.Add(value is string text
            ? new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) }
            : new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = (long)value });
        var error = Assert.Throws<IngotException>(() => Logits(model, options));
        Assert.Contains("QMoE node '/model/layers.0/moe/QMoE'", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate_up_proj.qweight")]
    [InlineData("gate_up_proj.scales")]
    [InlineData("down_proj.qweight")]
    [InlineData("down_proj.bias")]
    public void A_tensor_of_another_size_is_refused(string tensor)
    {
        var options = new TestDecoderOptions { Precision = TestPrecision.Int4, Experts = Interleaved };
        var model = TestDecoderGraphs.Build(options);
        var proto = model.Graph.Initializer.Single(t => t.Name == $"model.layers.1.moe.experts.{tensor}");
        proto.Dims[1] -= 2;
        proto.RawData = ByteString.CopyFrom(proto.RawData.Span[..(int)(proto.RawData.Length * proto.Dims[1] / (proto.Dims[1] + 2))]);
        var error = Assert.Throws<IngotException>(() => Logits(model, options));
        Assert.True(error.Code is ErrorCode.ModelInvalid or ErrorCode.ModelUnsupported, error.Message);
    }

    // The rows of every tensor of the first product with the gates first; apart, the ups in tensors of their own.
    private static ModelProto Rearranged(TestDecoderOptions options, bool areApart)
    {
        var model = TestDecoderGraphs.Build(options);
        foreach (var node in model.Graph.Node.Where(n => n.OpType is "MoE" or "QMoE"))
        {
            var isQuantized = node.OpType == "QMoE";
            foreach (var index in isQuantized ? new[] { 2, 3, 4, 11 } : [2, 3])
            {
                if (index >= node.Input.Count || node.Input[index].Length == 0)
                    continue;
                var tensor = model.Graph.Initializer.Single(t => t.Name == node.Input[index]);
                // Zero points of whole rows are two to a byte, along the rows.
                var isPacked = index == 11 && options.Experts!.BlockSize == 0 && options.Bits == 4;
                var (gates, ups) = Apart(tensor.RawData.ToByteArray(), options.Experts!.Count, 2 * options.Experts.Inner, isPacked);
                if (!areApart)
                {
                    tensor.RawData = ByteString.CopyFrom(Join(gates, ups, options.Experts.Count));
                    continue;
                }

                tensor.Dims[1] /= 2;
                var third = tensor.Clone();
                (tensor.RawData, third.RawData, third.Name) = (ByteString.CopyFrom(gates), ByteString.CopyFrom(ups), $"{tensor.Name}.third");
                model.Graph.Initializer.Add(third);
                var place = isQuantized ? (index == 11 ? 13 : index + 6) : index + 4;
                while (node.Input.Count <= place)
                    node.Input.Add("");
                node.Input[place] = third.Name;
            }

            node.Attribute.Single(a => a.Name == "swiglu_fusion").I = areApart ? 0 : 2;
        }

        return model;
    }

    private static (byte[] Gates, byte[] Ups) Apart(byte[] data, int experts, int rows, bool isPacked)
    {
        if (isPacked)
            data = [.. data.SelectMany(b => new[] { (byte)(b & 15), (byte)(b >> 4) })];
        var bytes = data.Length / experts / rows;
        var all = data.Chunk(bytes).ToArray();
        byte[] Some(int first) => [.. all.Where((_, i) => i % 2 == first).SelectMany(row => row)];
        byte[] Packed(byte[] codes) => [.. codes.Chunk(2).Select(pair => (byte)(pair[0] | (pair[1] << 4)))];
        return isPacked ? (Packed(Some(0)), Packed(Some(1))) : (Some(0), Some(1));
    }

    private static byte[] Join(byte[] gates, byte[] ups, int experts) =>
        [.. gates.Chunk(gates.Length / experts).Zip(ups.Chunk(ups.Length / experts)).SelectMany(pair => pair.First.Concat(pair.Second))];

    private static float[] Logits(ModelProto model, TestDecoderOptions options)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        using var executor = DecoderExecutor.Load(TestDecoderGraphs.Describe(options, folder.Path, path), new ComputeOptions { ThreadCount = 2, MaxStepTokens = 16 }, CancellationToken.None);
        using var store = executor.CreateKvStore(2);
        var batch = new StepBatch();
        batch.AddSequence(new[] { 5, 9, 100, 3, 17 }, 0, new[] { 1 }, 5);
        var logits = new float[5 * executor.VocabularySize];
        executor.Step(batch, store, logits);
        return logits;
    }
}

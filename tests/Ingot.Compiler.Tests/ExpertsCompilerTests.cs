using Ingot.Compiler.Tests.Support;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests;

public sealed class ExpertsCompilerTests : IDisposable
{
    private static readonly float[] Codes = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Int8)]
    public void Experts_in_blocks_of_4_bit_floats_become_what_their_numbers_become(Precision precision)
    {
        var floats = Checkpoint.Mixture("GptOssForCausalLM", seed: 5, inner: 64);
        var blocks = Checkpoint.Mixture("GptOssForCausalLM", seed: 5, "\"quantization_config\":{\"quant_method\":\"mxfp4\"},", inner: 64);
        var random = new Random(8);
        foreach (var name in floats.Tensors.Keys.Where(name => name.EndsWith("gate_up_proj", StringComparison.Ordinal) || name.EndsWith("down_proj", StringComparison.Ordinal)).ToList())
        {
            var (experts, inputs, outputs) = (floats.Tensors[name].Shape[0], floats.Tensors[name].Shape[1], floats.Tensors[name].Shape[2]);
            var scales = new float[experts * outputs * inputs / 32];
            var bytes = new float[scales.Length * 16];
            for (var i = 0; i < scales.Length; i++) scales[i] = random.Next(118, 126);
            for (var i = 0; i < bytes.Length; i++) bytes[i] = random.Next(256);
            blocks.Tensors.Remove(name);
            blocks.Tensors[$"{name}_blocks"] = ([experts, outputs, inputs / 32, 16], bytes);
            blocks.Tensors[$"{name}_scales"] = ([experts, outputs, inputs / 32], scales);
            for (var expert = 0; expert < experts; expert++)
            {
                for (var n = 0; n < outputs; n++)
                {
                    for (var k = 0; k < inputs; k++)
                    {
                        var place = (((expert * outputs) + n) * inputs) + k;
                        var code = ((int)bytes[place / 2] >> (place % 2 * 4)) & 15;
                        floats.Tensors[name].Values[(((expert * inputs) + k) * outputs) + n] = Codes[code] * MathF.Pow(2, scales[place / 32] - 127);
                    }
                }
            }
        }

        Assert.Equal(Compile(floats, precision, "floats"), Compile(blocks, precision, "blocks"));
    }

    [Fact]
    public void Bytes_are_no_weights_where_nothing_says_so()
    {
        var checkpoint = Checkpoint.Mixture("GptOssForCausalLM", seed: 5);
        checkpoint.Tensors["model.layers.0.mlp.experts.down_proj_blocks"] = ([4], [1, 2, 3, 4]);
        var error = Assert.Throws<IngotException>(() => Compile(checkpoint, Precision.Fp32, "bytes"));
        Assert.Contains("down_proj_blocks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_that_do_not_divide_into_blocks_are_refused_with_the_option()
    {
        var checkpoint = Checkpoint.Mixture("MixtralForCausalLM", seed: 5, inner: 72);
        var error = Assert.Throws<IngotException>(() => Compile(checkpoint, Precision.Int4, "blocks"));
        Assert.Equal("block-size", error.Param);
    }

    [Theory]
    [InlineData("\"num_experts_per_tok\":9,", "num_experts_per_tok")]
    [InlineData("\"mlp_only_layers\":[0.5],", "mlp_only_layers")]
    [InlineData("\"decoder_sparse_step\":0,", "decoder_sparse_step")]
    public void A_configuration_that_makes_no_sense_is_refused_by_the_field(string extra, string field)
    {
        var config = $"{{\"architectures\":[\"Qwen3MoeForCausalLM\"],{extra}\"num_experts\":4,{(extra.Contains("per_tok", StringComparison.Ordinal) ? "" : "\"num_experts_per_tok\":2,")}\"moe_intermediate_size\":32,\"hidden_size\":64,\"intermediate_size\":64,\"num_hidden_layers\":1,\"num_attention_heads\":4,\"max_position_embeddings\":64,\"vocab_size\":50}}";
        var path = _folder.Write("config.json", config);
        var error = Assert.Throws<IngotException>(() => ModelCompiler.Compile(
            new CompileRequest { RandomWeightsConfig = path, OutputFolder = _folder["out"], Precision = Precision.Fp32 }, null, CancellationToken.None));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    private byte[] Compile(Checkpoint checkpoint, Precision precision, string name)
    {
        using var scratch = new TemporaryFolder();
        ModelCompiler.Compile(
            new CompileRequest { SourceFolder = checkpoint.Write(scratch), OutputFolder = _folder[name], Precision = precision, BlockSize = 16 }, null, CancellationToken.None);
        return File.ReadAllBytes(Path.Combine(_folder[name], "model.onnx.data"));
    }
}

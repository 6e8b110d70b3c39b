using System.Text.Json.Nodes;
using Ingot.Compiler.Tests.Support;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests;

/// <summary>Each damage is refused with a sentence that names it, and nothing is left where the model would have been.</summary>
public sealed class MalformedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hidden_size", "null", "config.json: hidden_size is missing.")]
    [InlineData("hidden_size", "0", "config.json: hidden_size is 0, but must be a whole number from 1 to 1048576.")]
    [InlineData("hidden_size", "48.5", "hidden_size is 48.5")]
    [InlineData("hidden_size", "1e300", "hidden_size is 1e300")]
    [InlineData("hidden_size", "\"48\"", "hidden_size is \"48\"")]
    [InlineData("hidden_size", "49", "hidden_size is 49, which is not a multiple of num_attention_heads (6)")]
    [InlineData("intermediate_size", "-1", "intermediate_size is -1")]
    [InlineData("num_hidden_layers", "99999999999", "num_hidden_layers is 99999999999")]
    [InlineData("num_hidden_layers", "3", "no tensor 'model.layers.2.input_layernorm.weight'")]
    [InlineData("num_attention_heads", "5", "which is not a multiple of")]
    [InlineData("num_key_value_heads", "4", "is not a multiple of num_key_value_heads (4)")]
    [InlineData("num_key_value_heads", "3", "Tensor 'model.layers.0.self_attn.k_proj.weight' has the shape [32, 96], and config.json calls for [48, 96].")]
    [InlineData("vocab_size", "101", "Tensor 'model.embed_tokens.weight' has the shape [100, 96], and config.json calls for [101, 96].")]
    [InlineData("vocab_size", "2", "generation_config.json: eos_token_id is 2, but must be a token id below vocab_size (2)")]
    [InlineData("rms_norm_eps", "\"small\"", "rms_norm_eps is \"small\", but must be a number")]
    [InlineData("rope_theta", "-5", "rope_theta is -5")]
    [InlineData("max_position_embeddings", "1e18", "max_position_embeddings is 1")]
    [InlineData("tie_word_embeddings", "1", "tie_word_embeddings is 1, but must be true or false.")]
    [InlineData("architectures", "[]", "architectures is missing or empty")]
    [InlineData("architectures", "[7]", "architectures is [7], but must be a list of strings")]
    public void A_configuration_that_cannot_be_is_refused(string field, string value, string trouble)
    {
        var checkpoint = Checkpoint.Llama();
        checkpoint.Config[field] = JsonNode.Parse(value);
        AssertRefused(checkpoint.Write(_folder), trouble);
    }

    [Theory]
    [InlineData("architectures", "[\"GPTNeoXForCausalLM\"]", "'GPTNeoXForCausalLM'")]
    [InlineData("hidden_size", "54", "head_dim is 9; it must be a multiple of 16")]
    [InlineData("num_hidden_layers", "1", "have a tensor 'model.layers.1.")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act is 'gelu'")]
    [InlineData("quantization_config", "{\"quant_method\":\"gptq\"}", "quantization_config is there")]
    [InlineData("rope_scaling", "{\"rope_type\":\"mrope\",\"factor\":4}", "rope_scaling.rope_type is 'mrope'")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor turns 8 of a head's 16 numbers")]
    public void What_is_known_but_not_compiled_is_named(string field, string value, string trouble)
    {
        var checkpoint = Checkpoint.Llama();
        checkpoint.Config[field] = JsonNode.Parse(value);
        AssertRefused(checkpoint.Write(_folder), trouble, ErrorCode.ModelUnsupported);
    }

    [Fact]
    public void A_sliding_window_that_is_used_is_refused_and_one_that_is_not_is_no_matter()
    {
        var checkpoint = Checkpoint.Qwen2();
        checkpoint.Config["sliding_window"] = 16;
        checkpoint.Config["use_sliding_window"] = true;
        AssertRefused(checkpoint.Write(_folder), "sliding_window is 16, less than the context (64)", ErrorCode.ModelUnsupported);
        checkpoint.Config["use_sliding_window"] = false;
        ModelCompiler.Compile(Request(checkpoint.Write(_folder)), null, CancellationToken.None);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_missing_file_is_named(string name)
    {
        var source = Checkpoint.Llama().Write(_folder);
        File.Delete(Path.Combine(source, name));
        AssertRefused(source, name);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("generation_config.json")]
    public void A_file_that_is_not_JSON_is_named_with_its_line(string name)
    {
        var source = Checkpoint.Llama().Write(_folder);
        File.WriteAllText(Path.Combine(source, name), "{\n\"a\": ]");
        AssertRefused(source, $"{name}: not valid JSON (line 2).");
        File.WriteAllText(Path.Combine(source, name), "[]");
        AssertRefused(source, $"{name}: not a JSON object.");
    }

    [Fact]
    public void A_weight_file_cut_short_is_refused()
    {
        var source = Checkpoint.Llama().Write(_folder);
        var path = Path.Combine(source, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        foreach (var length in (ReadOnlySpan<int>)[bytes.Length - 1, bytes.Length / 2, 100])
        {
            File.WriteAllBytes(path, bytes[..length]);
            AssertRefused(source, "cut short");
        }
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b.safetensors")]
    [InlineData("sub/w.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void An_index_that_points_elsewhere_is_refused(string file)
    {
        var source = Checkpoint.Llama().Write(_folder, _ => "w.safetensors");
        var index = new JsonObject { ["weight_map"] = new JsonObject { ["model.norm.weight"] = file } };
        File.WriteAllText(Path.Combine(source, "model.safetensors.index.json"), index.ToJsonString());
        AssertRefused(source, $"weight_map['model.norm.weight'] is '{file}'");
    }

    [Theory]
    [InlineData("""{"weight_map":{"model.norm.weight":"absent.safetensors"}}""", "names absent.safetensors, which is not in the folder")]
    [InlineData("""{"weight_map":{"nothing":"w.safetensors"}}""", "places tensor 'nothing' in w.safetensors, which does not have it")]
    [InlineData("""{"weight_map":[]}""", "weight_map is absent or not an object")]
    [InlineData("""{}""", "weight_map is absent or not an object")]
    [InlineData("""{""", "not valid JSON")]
    public void An_index_that_lies_is_refused(string index, string trouble)
    {
        var source = Checkpoint.Llama().Write(_folder, _ => "w.safetensors");
        File.WriteAllText(Path.Combine(source, "model.safetensors.index.json"), index);
        AssertRefused(source, trouble);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_number_is_refused_and_its_tensor_named(float value)
    {
        var checkpoint = Checkpoint.Llama();
        checkpoint.Tensors["model.layers.1.mlp.down_proj.weight"].Values[5] = value;
        var source = checkpoint.Write(_folder);
        foreach (var precision in Enum.GetValues<Precision>())
            AssertRefused(source, "'model.layers.1.mlp.down_proj.weight' holds a weight that is not a finite number", precision: precision);
    }

    [Fact]
    public void A_weight_beyond_half_precision_is_refused_in_half_precision_only()
    {
        var checkpoint = Checkpoint.Llama();
        checkpoint.Tensors["lm_head.weight"].Values[5] = 70_000;
        var source = checkpoint.Write(_folder);
        AssertRefused(source, "'lm_head.weight' holds a weight beyond the range of fp16", ErrorCode.ModelUnsupported, Precision.Fp16);
        ModelCompiler.Compile(Request(source, Precision.Fp32), null, CancellationToken.None);
    }

    [Theory]
    [InlineData("""{"hidden_size":1048576,"intermediate_size":1048576,"vocab_size":16777216,"num_hidden_layers":4096}""")]
    [InlineData("""{"hidden_size":1048576,"intermediate_size":1048576,"vocab_size":16777216,"num_hidden_layers":1}""")]
    public void A_model_larger_than_the_disk_is_refused(string sizes)
    {
        var config = Checkpoint.Llama().Config;
        foreach (var (name, value) in JsonNode.Parse(sizes)!.AsObject()) config[name] = value!.DeepClone();
        config["head_dim"] = 64;
        File.WriteAllText(_folder["shape.json"], config.ToJsonString());
        var request = new CompileRequest { RandomWeightsConfig = _folder["shape.json"], OutputFolder = _folder["model"] };
        var error = Assert.Throws<IngotException>(() => ModelCompiler.Compile(request, null, CancellationToken.None));
        Assert.Contains("MB free", error.Message, StringComparison.Ordinal);
        Assert.Equal(["shape.json"], _folder.Names);
    }

    [Fact]
    public void A_request_that_contradicts_itself_is_refused_by_its_field()
    {
        var source = Checkpoint.Llama().Write(_folder);
        AssertField("source", Request(source) with { RandomWeightsConfig = "x.json" });
        AssertField("source", Request(source) with { SourceFolder = null });
        AssertField("source", Request(source) with { SourceFolder = _folder["absent"] });
        AssertField("block-size", Request(source) with { BlockSize = 48 });
        AssertField("precision", Request(source) with { Precision = (Precision)9 });
        AssertField("output", Request(source) with { OutputFolder = " " });
        AssertField("output", Request(source) with { OutputFolder = Path.Combine(source, "config.json") });
    }

    private static void AssertField(string field, CompileRequest request) =>
        Assert.Equal(field, Assert.Throws<IngotException>(() => ModelCompiler.Compile(request, null, CancellationToken.None)).Param);

    private CompileRequest Request(string source, Precision precision = Precision.Int4) =>
        new() { SourceFolder = source, OutputFolder = _folder["model"], Precision = precision };

    private void AssertRefused(string source, string trouble, ErrorCode code = ErrorCode.ModelInvalid, Precision precision = Precision.Int4)
    {
        var error = Assert.Throws<IngotException>(() => ModelCompiler.Compile(Request(source, precision), null, CancellationToken.None));
        Assert.Contains(trouble, error.Message, StringComparison.Ordinal);
        Assert.Equal(code, error.Code);
        Assert.Equal(["source"], _folder.Names);
    }
}

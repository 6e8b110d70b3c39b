using System.Text.Json.Nodes;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>What becomes of an encoder's folder, and what is refused of it by name.</summary>
public sealed class EncoderCompilerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pooling_mode_mean_tokens", true, 40, PoolingMode.Mean, 40)]
    [InlineData("pooling_mode_cls_token", false, null, PoolingMode.First, 64)]
    [InlineData("pooling_mode_lasttoken", true, 1000, PoolingMode.Last, 64)]
    public void Pooling_length_and_limit_are_taken_from_the_folders_own_files(string mode, bool normalize, int? maxTokens, PoolingMode expected, int context)
    {
        GenAiConfig config = Compile(EncoderCheckpoint.Bert().WithPooling(mode, normalize, maxTokens));

        Assert.Equal(new PoolingSettings(expected, normalize), config.Pooling);
        Assert.Equal((context, 100, "bert", 0), (config.ContextLength, config.VocabularySize, config.ModelType, config.PadId));
        Assert.Equal((2, 3, 16, 48), (config.Encoder!.LayerCount, config.Encoder.HeadCount, config.Encoder.HeadSize, config.Encoder.HiddenSize));
    }

    [Fact]
    public void A_folder_that_says_nothing_of_pooling_gets_the_mean_as_it_is() =>
        Assert.Equal(new PoolingSettings(PoolingMode.Mean, Normalize: false), Compile(EncoderCheckpoint.Bert()).Pooling);

    [Fact]
    public void Positions_that_texts_do_not_use_are_not_counted() => Assert.Equal(64, Compile(EncoderCheckpoint.Roberta()).ContextLength);

    [Fact]
    public void A_newer_pooling_file_names_its_mode()
    {
        var checkpoint = EncoderCheckpoint.Bert().WithPooling("x", normalize: false);
        checkpoint.Files["1_Pooling/config.json"] = """{"pooling_mode":"cls"}""";

        Assert.Equal(PoolingMode.First, Compile(checkpoint).Pooling!.Mode);
    }

    [Fact]
    public void Norms_may_have_their_older_names()
    {
        var checkpoint = EncoderCheckpoint.Bert();
        foreach (var name in checkpoint.Tensors.Keys.Where(name => name.Contains("LayerNorm", StringComparison.Ordinal)).ToList())
        {
            var older = name.Replace("Norm.weight", "Norm.gamma", StringComparison.Ordinal).Replace("Norm.bias", "Norm.beta", StringComparison.Ordinal);
            checkpoint.Tensors[older] = checkpoint.Tensors[name];
            checkpoint.Tensors.Remove(name);
        }

        Compile(checkpoint);
    }

    [Theory]
    [InlineData("hidden_act", "\"silu\"", ErrorCode.ModelUnsupported)]
    [InlineData("position_embedding_type", "\"relative_key\"", ErrorCode.ModelUnsupported)]
    [InlineData("is_decoder", "true", ErrorCode.ModelUnsupported)]
    [InlineData("architectures", "[\"BertForSequenceClassification\"]", ErrorCode.ModelUnsupported)]
    [InlineData("quantization_config", "{}", ErrorCode.ModelUnsupported)]
    [InlineData("num_attention_heads", "5", ErrorCode.ModelInvalid)]
    [InlineData("max_position_embeddings", "0", ErrorCode.ModelInvalid)]
    [InlineData("vocab_size", "1e12", ErrorCode.ModelInvalid)]
    [InlineData("pad_token_id", "100", ErrorCode.ModelInvalid)]
    public void A_configuration_that_is_not_computed_is_refused_by_the_field(string field, string value, ErrorCode code)
    {
        var checkpoint = EncoderCheckpoint.Bert();
        checkpoint.Config[field] = JsonNode.Parse(value);

        Refused(checkpoint, code, field == "num_attention_heads" ? "hidden_size" : field);
    }

    [Fact]
    public void A_number_of_buckets_that_the_reference_does_not_compute_is_refused()
    {
        var checkpoint = EncoderCheckpoint.MPNet();
        checkpoint.Config["relative_attention_num_buckets"] = 16;

        Refused(checkpoint, ErrorCode.ModelUnsupported, "relative_attention_num_buckets");
    }

    [Theory]
    [InlineData("pooling_mode_max_tokens", "pooling_mode")]
    [InlineData("none_of_those", "pooling_mode_mean_tokens")]
    public void A_pooling_that_is_not_computed_is_refused(string mode, string named) =>
        Refused(EncoderCheckpoint.Bert().WithPooling(mode, normalize: false), null, $"1_Pooling/config.json: {named}");

    [Theory]
    [InlineData("modules.json", """[{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]""", "[0].type")]
    [InlineData("modules.json", """[{"type":"sentence_transformers.models.Pooling","path":"../1_Pooling"}]""", "[0].path")]
    [InlineData("modules.json", """[{"type":"sentence_transformers.models.Pooling","path":"3_Pooling"}]""", "3_Pooling/config.json")]
    [InlineData("modules.json", """[{"path":"1_Pooling"}]""", "[0].type is missing")]
    [InlineData("modules.json", """{"type":"x"}""", "not a list")]
    [InlineData("modules.json", """[1]""", "not a list")]
    [InlineData("config_sentence_transformers.json", """{"prompts":{"query":"Query: "},"default_prompt_name":"query"}""", "default_prompt_name")]
    [InlineData("sentence_bert_config.json", """{"max_seq_length":"many"}""", "max_seq_length")]
    public void A_file_that_asks_for_more_is_refused_by_its_name(string file, string text, string named)
    {
        var checkpoint = EncoderCheckpoint.Bert();
        checkpoint.Files[file] = text;

        Refused(checkpoint, null, named);
    }

    [Fact]
    public void A_missing_and_a_needless_tensor_are_refused_by_their_names()
    {
        var checkpoint = EncoderCheckpoint.Bert();
        checkpoint.Tensors["encoder.layer.0.crossattention.self.query.weight"] = ([1], [1]);
        Refused(checkpoint, ErrorCode.ModelUnsupported, "crossattention");

        checkpoint = EncoderCheckpoint.Bert();
        checkpoint.Tensors.Remove("encoder.layer.1.output.dense.bias");
        Refused(checkpoint, ErrorCode.ModelInvalid, "encoder.layer.1.output.dense.bias");
    }

    [Fact]
    public void A_shape_alone_can_be_filled_with_random_weights()
    {
        var config = EncoderCheckpoint.Bert().Config;
        config["vocab_size"] = 300;
        var output = _folder["random"];
        ModelCompiler.Compile(
            new CompileRequest { RandomWeightsConfig = _folder.Write("shape.json", config.ToJsonString()), OutputFolder = output }, null, CancellationToken.None);

        Assert.NotNull(ModelFolder.Open(output).Config.Pooling);
        Assert.True(File.Exists(Path.Combine(output, "tokenizer.json")));
        Assert.False(File.Exists(Path.Combine(output, "chat_template.jinja")));
    }

    private GenAiConfig Compile(EncoderCheckpoint checkpoint)
    {
        var output = _folder["output"];
        ModelCompiler.Compile(
            new CompileRequest { SourceFolder = checkpoint.Write(_folder), OutputFolder = output, Precision = Precision.Int8, BlockSize = 16 }, null, CancellationToken.None);
        return ModelFolder.Open(output).Config;
    }

    private void Refused(EncoderCheckpoint checkpoint, ErrorCode? code, string named)
    {
        var error = Assert.Throws<IngotException>(() => Compile(checkpoint));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Code, code is { } only ? [only] : (ErrorCode[])[ErrorCode.ModelInvalid, ErrorCode.ModelUnsupported]);
        Assert.False(Directory.Exists(_folder["output"]));
    }
}

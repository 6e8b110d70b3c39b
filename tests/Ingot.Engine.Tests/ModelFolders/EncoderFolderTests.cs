using Ingot.Compute.Execution.Encoders;
using Ingot.Engine.Embedding;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.ModelFolders;

public sealed class EncoderFolderTests : IDisposable
{
    private const string Sound = """
        {"model":{"type":"bert","context_length":256,"vocab_size":1000,"pad_token_id":0,
          "encoder":{"filename":"model.onnx","head_size":32,"hidden_size":384,"num_attention_heads":12,"num_hidden_layers":6,
            "inputs":{"input_ids":"ids","attention_mask":"mask"},"outputs":{"hidden_states":"rows"}},
          "pooling":{"mode":"cls","normalize":true}}}
        """;

    private readonly TemporaryFolder _folder = new();

    public EncoderFolderTests() => _folder.Write("model.onnx", "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_the_file_says_is_read()
    {
        GenAiConfig config = Open(Sound);

        Assert.Null(config.Decoder);
        EncoderDescription encoder = Assert.IsType<EncoderDescription>(config.Encoder);
        Assert.Equal((6, 12, 32, 384), (encoder.LayerCount, encoder.HeadCount, encoder.HeadSize, encoder.HiddenSize));
        Assert.Equal(("ids", "mask", "rows"), (encoder.InputIds, encoder.AttentionMask, encoder.HiddenStates));
        Assert.Equal(("bert", 256, 1000, 0), (config.ModelType, config.ContextLength, config.VocabularySize, config.PadId));
        Assert.Equal(new PoolingSettings(PoolingMode.First, Normalize: true), config.Pooling);
        Assert.Empty(config.EndOfSequenceIds);
    }

    [Theory]
    [InlineData("\"mode\":\"cls\"", "\"mode\":\"max\"", "model.pooling.mode must be 'mean', 'cls' or 'last'")]
    [InlineData("\"mode\":\"cls\",", "", "model.pooling.mode is missing")]
    [InlineData("\"normalize\":true", "\"normalize\":1", "model.pooling.normalize must be true or false")]
    [InlineData("\"num_hidden_layers\":6", "\"num_hidden_layers\":0", "model.encoder.num_hidden_layers must be a positive integer")]
    [InlineData("model.onnx", "../model.onnx", "model.encoder.filename must be a relative path inside the model folder")]
    [InlineData("\"hidden_size\":384,", "", "model.encoder.hidden_size is missing")]
    public void A_mistake_is_named(string from, string to, string message)
    {
        var error = Assert.Throws<IngotException>(() => Open(Sound.Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoder_beside_a_decoder_is_still_another_architecture()
    {
        var error = Assert.Throws<IngotException>(() => Open(Sound.Replace("\"encoder\":", "\"decoder\":{},\"encoder\":", StringComparison.Ordinal)));

        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
    }

    [Fact]
    public void What_generates_text_and_what_makes_vectors_are_not_taken_for_each_other()
    {
        Open(Sound);

        var error = Assert.Throws<IngotException>(() => InferenceEngine.Load(ModelFolder.Open(_folder.Path), new EngineOptions(), NullLoggerFactory.Instance, default));

        Assert.Equal(ErrorCode.ModelUnsupported, error.Code);
    }

    private GenAiConfig Open(string config)
    {
        _folder.Write("genai_config.json", config);
        return ModelFolder.Open(_folder.Path).Config;
    }
}

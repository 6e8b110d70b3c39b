using System.Text.Json.Nodes;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;

namespace Ingot.Engine.Tests.ModelFolders;

public sealed class ModelFolderTests : IDisposable
{
    private const string Sound = """
        {
          "model": {
            "type": "qwen2", "context_length": 4096, "vocab_size": 1000,
            "bos_token_id": [5, 6], "eos_token_id": [7, 8], "pad_token_id": -1,
            "decoder": {
              "filename": "model.onnx", "head_size": 64, "hidden_size": 256,
              "num_attention_heads": 4, "num_hidden_layers": 3, "num_key_value_heads": 2,
              "inputs": { "input_ids": "ids", "past_key_names": "past.%d.k" },
              "outputs": { "logits": "scores" },
              "session_options": { "log_id": "x", "provider_options": [ { "cuda": { "a": "1" } } ] },
              "sliding_window": { "window_size": 128 }
            }
          },
          "search": { "do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "max_length": 4096, "num_beams": 1, "repetition_penalty": 1.1 }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ingot-folder-").FullName;

    public ModelFolderTests()
    {
        Write("model.onnx", "");
        Write("genai_config.json", Sound);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Everything_the_file_says_is_read()
    {
        GenAiConfig config = ModelFolder.Open(_folder).Config;

        Assert.Equal(("qwen2", 4096, 1000, 5, (int?)null), (config.ModelType, config.ContextLength, config.VocabularySize, config.BeginOfSequenceId, config.PadId));
        Assert.Equal([7, 8], config.EndOfSequenceIds);
        DecoderDescription decoder = Assert.IsType<DecoderDescription>(config.Decoder);
        Assert.Equal((3, 2, 4, 64), (decoder.LayerCount, decoder.KvHeadCount, decoder.QueryHeadCount, decoder.HeadSize));
        Assert.Equal(("ids", "attention_mask", "past.%d.k", "past_key_values.%d.value", "scores"),
            (decoder.InputIds, decoder.AttentionMask, decoder.PastKey, decoder.PastValue, decoder.Logits));
        Assert.Equal(Path.Combine(_folder, "model.onnx"), decoder.OnnxPath);
        Assert.Equal(["cuda"], config.ExecutionProviders);
        Assert.Equal((0.6f, 20, 0.95f, 1.1f), (config.Search.Sampling.Temperature, config.Search.Sampling.TopK, config.Search.Sampling.TopP, config.Search.Sampling.RepetitionPenalty));
    }

    [Fact]
    public void Without_sampling_the_default_is_greedy_and_a_lone_end_token_is_enough()
    {
        Change("search", "{}");
        Change("model.eos_token_id", "3");
        Change("model.bos_token_id", "null");

        GenAiConfig config = ModelFolder.Open(_folder).Config;

        Assert.Equal((0f, 0), (config.Search.Sampling.Temperature, config.Search.Sampling.TopK));
        Assert.Equal([3], config.EndOfSequenceIds);
        Assert.Null(config.BeginOfSequenceId);
    }

    [Theory]
    [InlineData("model.decoder.head_size", "0", "model.decoder.head_size must be a positive integer")]
    [InlineData("model.decoder.head_size", "\"64\"", "model.decoder.head_size must be a positive integer")]
    [InlineData("model.decoder.num_hidden_layers", "1e9", "model.decoder.num_hidden_layers must be a positive integer")]
    [InlineData("model.decoder.num_key_value_heads", "3", "model.decoder.num_attention_heads (4) must be a multiple of num_key_value_heads (3)")]
    [InlineData("model.context_length", "99999999999999", "model.context_length must be a positive integer")]
    [InlineData("model.eos_token_id", "[7, 1000]", "model.eos_token_id must be a token id below 1000")]
    [InlineData("model.eos_token_id", "[]", "model.eos_token_id must name at least one token id")]
    [InlineData("model.decoder.filename", "\"../model.onnx\"", "model.decoder.filename must be a relative path inside the model folder")]
    [InlineData("model.decoder.filename", "\"/etc/passwd\"", "model.decoder.filename must be a relative path inside the model folder")]
    [InlineData("model.decoder.filename", "\"C:\\\\model.onnx\"", "model.decoder.filename must be a relative path inside the model folder")]
    [InlineData("model.decoder.filename", "\"other.onnx\"", "model.decoder.filename names the file 'other.onnx', which is not in the model folder")]
    [InlineData("model.decoder.inputs.past_key_names", "\"past.%s\"", "model.decoder.inputs.past_key_names must contain %d exactly once")]
    [InlineData("model.decoder.session_options.provider_options", "[1]", "model.decoder.session_options.provider_options must be a list of objects")]
    [InlineData("model.decoder", "7", "model.decoder must be an object")]
    [InlineData("search.num_beams", "4", "search.num_beams must be 1")]
    [InlineData("search.temperature", "-1", "search.temperature must be a number from 0 to 100")]
    [InlineData("search.temperature", "\"\\ud800\"", "search.temperature must be a number")]
    [InlineData("model.type", "\"\\ud800\"", "text that is not Unicode")]
    public void A_mistake_is_named_with_its_path(string path, string value, string message)
    {
        Change(path, value);
        IngotException error = Refusal();
        Assert.Equal(ErrorCode.ModelInvalid, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        Write("genai_config.json", """{ "model": { "type": "llama", "decoder": { "filename": "model.onnx" } }, "search": { "top_p": 2 } }""");

        string message = Refusal().Message;

        Assert.StartsWith("genai_config.json: ", message, StringComparison.Ordinal);
        foreach (string name in new[] { "model.context_length", "model.vocab_size", "model.decoder.head_size", "model.decoder.num_attention_heads", "model.decoder.num_hidden_layers", "search.top_p" })
            Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.type", "\"whisper\"")]
    [InlineData("model.type", "\"phi3v\"")]
    [InlineData("model.vision", "{ \"filename\": \"vision.onnx\" }")]
    [InlineData("model.decoder.pipeline", "[]")]
    public void Other_architectures_are_refused_as_unsupported(string path, string value)
    {
        Change(path, value);
        Assert.Equal(ErrorCode.ModelUnsupported, Refusal().Code);
    }

    [Fact]
    public void Missing_folders_and_files_and_broken_json_are_model_invalid()
    {
        Assert.Contains("does not exist", Assert.Throws<IngotException>(() => ModelFolder.Open(Path.Combine(_folder, "nowhere"))).Message, StringComparison.Ordinal);

        Write("genai_config.json", "{ \"model\": ");
        Assert.Contains("genai_config.json: is not JSON", Refusal().Message, StringComparison.Ordinal);

        Write("genai_config.json", new string('[', 10_000));
        Assert.Contains("genai_config.json: is not JSON, or is nested", Refusal().Message, StringComparison.Ordinal);

        Write("genai_config.json", new string(' ', (4 << 20) + 1));
        Assert.Contains("more than the", Refusal().Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(_folder, "genai_config.json"));
        Assert.Contains("has no genai_config.json", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_comes_from_its_own_file_first()
    {
        Assert.Null(ModelFolder.Open(_folder).ChatTemplateSource);

        Write("tokenizer_config.json", """{ "chat_template": "from config" }""");
        Assert.Equal("from config", ModelFolder.Open(_folder).ChatTemplateSource);

        Write("chat_template.jinja", "from file");
        Assert.Equal("from file", ModelFolder.Open(_folder).ChatTemplateSource);
    }

    [Fact]
    public void Of_named_templates_default_and_tool_use_are_found()
    {
        Write("tokenizer_config.json", """{ "chat_template": [ { "name": "tool_use", "template": "T" }, { "name": "rag", "template": "R" }, { "name": "default", "template": "D" } ] }""");

        ModelFolder folder = ModelFolder.Open(_folder);

        Assert.Equal(("D", "T"), (folder.ChatTemplateSource, folder.ToolUseTemplateSource));
    }

    [Theory]
    [InlineData("""{ "chat_template": 3 }""")]
    [InlineData("""{ "chat_template": [ { "name": "default" } ] }""")]
    [InlineData("""{ "chat_template": """)]
    public void A_template_of_another_shape_is_model_invalid(string json)
    {
        Write("tokenizer_config.json", json);
        Assert.Contains("tokenizer_config.json", Refusal().Message, StringComparison.Ordinal);
    }

    private IngotException Refusal() => Assert.Throws<IngotException>(() => ModelFolder.Open(_folder));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    /// <summary>Writes the sound configuration with one field of it replaced by this JSON text.</summary>
    private void Change(string path, string value)
    {
        const string Mark = "@@";
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "genai_config.json")))!;
        string[] names = path.Split('.');
        JsonNode parent = names[..^1].Aggregate(root, (node, name) => node[name]!);
        parent[names[^1]] = Mark;
        Write("genai_config.json", root.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal));
    }
}

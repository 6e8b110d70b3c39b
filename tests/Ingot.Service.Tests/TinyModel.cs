using System.Text;
using System.Text.Json;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests;

/// <summary>
/// A model folder with a tokenizer whose ids 0 to 255 are the bytes, and an engine that says what the test wants.
/// </summary>
public sealed class TinyModel : IDisposable
{
    public const int Start = 256;
    public const int End = 257;
    public const int ToolCall = 258;
    public const int ToolCallEnd = 259;

    public const string Template =
        "{{ bos_token }}{%- if tools %}<|im_start|>tools {{ tools | tojson }}<|im_end|>{% endif %}"
        + "{%- for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}{% if m.tool_calls %}{{ m.tool_calls[0].function.arguments | tojson }}{% endif %}<|im_end|>{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant {% endif %}";

    private readonly TemporaryFolder _folder = new();

    public TinyModel(string? template = Template, string search = "{}", bool specialMarkers = false, int contextLength = 512, params string[] moreTokens)
    {
        VocabularySize = 260 + moreTokens.Length;
        var config = """
            {"model":{"type":"llama","context_length":CONTEXT,"vocab_size":SIZE,"eos_token_id":257,
              "decoder":{"filename":"model.onnx","num_attention_heads":1,"num_key_value_heads":1,"num_hidden_layers":1,"head_size":8,"hidden_size":8}},
             "search":SEARCH}
            """;
        _folder.Write("genai_config.json", config.Replace("SEARCH", search, StringComparison.Ordinal).Replace("CONTEXT", $"{contextLength}", StringComparison.Ordinal).Replace("SIZE", $"{VocabularySize}", StringComparison.Ordinal));
        _folder.Write("model.onnx", "");
        _folder.Write("tokenizer.json", TokenizerJson(specialMarkers, moreTokens));
        _folder.Write("tokenizer_config.json", """{"eos_token":"<|im_end|>"}""");
        if (template is not null)
            _folder.Write("chat_template.jinja", template);
        Entry = new ModelEntry { Name = "tiny", Version = 1, Alias = "tiny", Uri = "local://tiny", LocalPath = _folder.Path };
    }

    public ModelEntry Entry { get; init; }

    /// <summary>260, and one for each further token; their ids come after the others'.</summary>
    public int VocabularySize { get; }

    /// <summary>The options the engine gets.</summary>
    public EngineOptions EngineOptions { get; init; } = new();

    /// <summary>The model, saying these tokens to every prompt.</summary>
    public LoadedModel Load(params int[] reply) => Load(FakeRunner.Replying(End, VocabularySize, reply));

    public LoadedModel Load(FakeRunner runner, int? contextLengthLimit = null) => new(
        Entry,
        ModelFolder.Open(_folder.Path),
        Tokenizer.Load(_folder.Path),
        new InferenceEngine(runner, EngineOptions, NullLogger<InferenceEngine>.Instance),
        contextLengthLimit);

    /// <summary>Text as this model's tokens: its bytes.</summary>
    public static int[] Tokens(string text) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

    public void Dispose() => _folder.Dispose();

    private static string TokenizerJson(bool specialMarkers, string[] moreTokens)
    {
        var vocabulary = Enumerable.Range(0, 256).ToDictionary(b => ByteCharacter(b).ToString(), b => b);
        object Added(int id, string content, bool special) =>
            new { id, content, special, single_word = false, lstrip = false, rstrip = false, normalized = false };
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = (object[])
            [
                Added(Start, "<|im_start|>", true), Added(End, "<|im_end|>", true),
                Added(ToolCall, "<tool_call>", specialMarkers), Added(ToolCallEnd, "</tool_call>", specialMarkers),
                .. moreTokens.Select((token, index) => Added(260 + index, token, specialMarkers)),
            ],
            normalizer = (object?)null,
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
            post_processor = (object?)null,
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new { type = "BPE", vocab = vocabulary, merges = Array.Empty<string>() },
        });
    }

    // The alphabet of byte-level tokenizers: printable bytes stand for themselves, the others follow from U+0100 on.
    private static char ByteCharacter(int value)
    {
        static bool IsPrintable(int b) => b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
        return IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)));
    }
}

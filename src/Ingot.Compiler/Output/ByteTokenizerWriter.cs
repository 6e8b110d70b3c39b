using System.Text.Json;

namespace Ingot.Compiler.Output;

/// <summary>
/// Writes a tokenizer whose tokens are the 256 bytes and one token that ends an answer: enough to open a model of
/// random weights for a chat. A vocabulary may have more ids than tokens; those stand for nothing.
/// </summary>
internal static class ByteTokenizerWriter
{
    /// <summary>The ending token's id; a vocabulary must be larger than this.</summary>
    public const int EndId = 256;

    private const string EndToken = "<|end|>";
    private const string Template = "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

    /// <param name="folder">Where to write.</param>
    /// <param name="canChat">Whether a chat template goes with it.</param>
    public static void Write(string folder, bool canChat)
    {
        WriteJson(Path.Combine(folder, "tokenizer.json"), WriteTokenizer);
        WriteJson(Path.Combine(folder, "tokenizer_config.json"), json =>
        {
            json.WriteString("eos_token", EndToken);
            json.WriteString("pad_token", EndToken);
            json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        });
        if (canChat) File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), Template);
    }

    private static void WriteJson(string path, Action<Utf8JsonWriter> write)
    {
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }

    private static void WriteTokenizer(Utf8JsonWriter json)
    {
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        json.WriteStartObject();
        json.WriteNumber("id", EndId);
        json.WriteString("content", EndToken);
        foreach (var flag in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip", "normalized"]) json.WriteBoolean(flag, false);
        json.WriteBoolean("special", true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer");
        json.WriteNull("post_processor");
        WriteByteLevel(json, "decoder");
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteStartObject("vocab");
        for (var value = 0; value < EndId; value++) json.WriteNumber(LetterOf(value).ToString(), value);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string part)
    {
        json.WriteStartObject(part);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    // Byte-level vocabularies write each byte as a visible letter: itself where it is one, else the next free one from U+0100.
    private static char LetterOf(int value)
    {
        if (IsVisible(value)) return (char)value;
        var rank = 0;
        for (var lower = 0; lower < value; lower++)
        {
            if (!IsVisible(lower)) rank++;
        }
        return (char)(0x100 + rank);
    }

    private static bool IsVisible(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}

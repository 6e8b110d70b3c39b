using System.Text.Json;
using Ingot.Compiler.Configs;
using Ingot.Compiler.Graphs;

namespace Ingot.Compiler.Output;

/// <summary>Writes <c>genai_config.json</c> as onnxruntime-genai reads it, and <c>inference_model.json</c>, which names the model.</summary>
internal static class GenAiConfigWriter
{
    /// <param name="folder">Where to write.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="defaults">How it ends and samples.</param>
    /// <param name="sentences">How its rows become vectors of texts; null for a model that generates text.</param>
    public static void Write(string folder, DecoderConfig config, GenerationDefaults defaults, SentenceSettings? sentences)
    {
        var context = Math.Min(config.ContextLength, sentences?.MaxTokens ?? int.MaxValue);
        using var stream = File.Create(Path.Combine(folder, "genai_config.json"));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("model");
        if (defaults.BeginId is { } begin) json.WriteNumber("bos_token_id", begin);
        json.WriteNumber("context_length", context);
        WriteDecoder(json, config, sentences is null ? ("logits", "logits") : ("hidden_states", DecoderGraphBuilder.HiddenStates));
        json.WriteStartArray("eos_token_id");
        foreach (var id in defaults.EndIds) json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteNumber("pad_token_id", defaults.PadId);
        if (sentences is not null) EncoderFolderConfig.WritePooling(json, sentences);
        json.WriteString("type", config.ModelType);
        json.WriteNumber("vocab_size", config.VocabularySize);
        json.WriteEndObject();
        if (sentences is null) WriteSearch(json, config, defaults);
        json.WriteEndObject();
    }

    /// <param name="folder">Where to write.</param>
    /// <param name="name">The model's name: that of its final folder.</param>
    public static void WriteName(string folder, string name)
    {
        using var stream = File.Create(Path.Combine(folder, "inference_model.json"));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("Name", $"{name.Replace(':', '-')}:1");
        json.WriteNull("PromptTemplate");
        json.WriteEndObject();
    }

    private static void WriteDecoder(Utf8JsonWriter json, DecoderConfig config, (string Key, string Name) result)
    {
        json.WriteStartObject("decoder");
        json.WriteStartObject("session_options");
        json.WriteString("log_id", "onnxruntime-genai");
        json.WriteStartArray("provider_options");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("filename", "model.onnx");
        json.WriteNumber("head_size", config.HeadSize);
        json.WriteNumber("hidden_size", config.HiddenSize);
        WriteNames(json, "inputs", ("input_ids", "input_ids"), ("attention_mask", "attention_mask"),
            ("past_key_names", "past_key_values.%d.key"), ("past_value_names", "past_key_values.%d.value"));
        WriteNames(json, "outputs", result,
            ("present_key_names", "present.%d.key"), ("present_value_names", "present.%d.value"));
        json.WriteNumber("num_attention_heads", config.HeadCount);
        json.WriteNumber("num_hidden_layers", config.LayerCount);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeadCount);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string part, params ReadOnlySpan<(string Key, string Name)> names)
    {
        json.WriteStartObject(part);
        foreach (var (key, name) in names) json.WriteString(key, name);
        json.WriteEndObject();
    }

    private static void WriteSearch(Utf8JsonWriter json, DecoderConfig config, GenerationDefaults defaults)
    {
        json.WriteStartObject("search");
        json.WriteNumber("diversity_penalty", 0.0);
        json.WriteBoolean("do_sample", defaults.Sample);
        json.WriteBoolean("early_stopping", true);
        json.WriteNumber("length_penalty", 1.0);
        json.WriteNumber("max_length", config.ContextLength);
        json.WriteNumber("min_length", 0);
        json.WriteNumber("no_repeat_ngram_size", 0);
        json.WriteNumber("num_beams", 1);
        json.WriteNumber("num_return_sequences", 1);
        json.WriteBoolean("past_present_share_buffer", true);
        json.WriteNumber("repetition_penalty", defaults.RepetitionPenalty);
        json.WriteNumber("temperature", defaults.Temperature);
        json.WriteNumber("top_k", defaults.TopK);
        json.WriteNumber("top_p", defaults.TopP);
        json.WriteEndObject();
    }
}

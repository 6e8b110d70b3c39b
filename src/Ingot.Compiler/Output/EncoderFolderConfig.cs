using System.Text.Json;
using Ingot.Compiler.Configs;
using Ingot.Compiler.Graphs;

namespace Ingot.Compiler.Output;

/// <summary>
/// Writes <c>genai_config.json</c> of an encoder. onnxruntime-genai has no form for one; this one has its <c>model</c>
/// with <c>encoder</c> where others have <c>decoder</c>, and <c>pooling</c> that says how token vectors become one.
/// </summary>
internal static class EncoderFolderConfig
{
    public static void Write(string folder, EncoderConfig config, SentenceSettings sentences)
    {
        using var stream = File.Create(Path.Combine(folder, "genai_config.json"));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("model");
        json.WriteNumber("context_length", Math.Min(config.PositionCount, sentences.MaxTokens ?? int.MaxValue));
        WriteEncoder(json, config);
        json.WriteNumber("pad_token_id", config.PadId);
        WritePooling(json, sentences);
        json.WriteString("type", config.ModelType);
        json.WriteNumber("vocab_size", config.VocabularySize);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The part of <c>model</c> that makes a folder one for vectors of texts.</summary>
    public static void WritePooling(Utf8JsonWriter json, SentenceSettings sentences)
    {
        json.WriteStartObject("pooling");
        json.WriteString("mode", sentences.Pooling);
        json.WriteBoolean("normalize", sentences.Normalize);
        json.WriteEndObject();
    }

    private static void WriteEncoder(Utf8JsonWriter json, EncoderConfig config)
    {
        json.WriteStartObject("encoder");
        json.WriteString("filename", "model.onnx");
        json.WriteNumber("head_size", config.HeadSize);
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteStartObject("inputs");
        json.WriteString("input_ids", EncoderGraphBuilder.Tokens);
        json.WriteString("attention_mask", EncoderGraphBuilder.Mask);
        json.WriteEndObject();
        json.WriteStartObject("outputs");
        json.WriteString("hidden_states", EncoderGraphBuilder.HiddenStates);
        json.WriteEndObject();
        json.WriteNumber("num_attention_heads", config.HeadCount);
        json.WriteNumber("num_hidden_layers", config.LayerCount);
        json.WriteEndObject();
    }
}

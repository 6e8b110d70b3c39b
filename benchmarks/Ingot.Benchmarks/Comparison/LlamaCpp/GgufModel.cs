using System.Runtime.InteropServices;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Comparison.LlamaCpp;

/// <summary>
/// A model of a shape with random weights as llama.cpp reads it: every matrix, that of the vocabulary too, in Q4_0, its fastest form. So a
/// step reads as many bytes there as here. The published files keep the vocabulary in more bits, and are slower.
/// </summary>
internal static class GgufModel
{
    /// <summary>The file, made the first time.</summary>
    public static string Path(ModelShape shape)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ingot-benchmark-{shape.Name}-q4_0.gguf");
        if (!File.Exists(path))
        {
            long bytes = shape.StepBytes + (shape.HasOwnHead ? shape.VocabularyBytes : 0);
            RandomModel.CheckRoom(path, bytes);
            var progress = new RandomModel.Percents($"Making a model of {bytes / 1e6:F0} MB of random weights in {path} (once)");
            Describe(shape).Save(path, progress);
            progress.End();
        }

        return path;
    }

    private static GgufWriter Describe(ModelShape shape)
    {
        var writer = new GgufWriter();
        AddFacts(writer, shape);
        var random = new Random(1);
        AddMatrix("token_embd", shape.Hidden, shape.Vocabulary);
        AddVector("output_norm.weight", shape.Hidden, 1);
        if (shape.HasOwnHead)
            AddMatrix("output", shape.Hidden, shape.Vocabulary);
        if (shape.Stretch is { } stretch)
            writer.AddTensor("rope_freqs.weight", GgufType.F32, [shape.HeadSize / 2], bytes => stretch.Divisors(shape).CopyTo(MemoryMarshal.Cast<byte, float>(bytes.AsSpan())));
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"blk.{layer}.";
            AddVector($"{block}attn_norm.weight", shape.Hidden, 1);
            AddMatrix($"{block}attn_q", shape.Hidden, shape.QueryWidth);
            AddMatrix($"{block}attn_k", shape.Hidden, shape.KvWidth);
            AddMatrix($"{block}attn_v", shape.Hidden, shape.KvWidth);
            if (shape.HasBias)
            {
                AddVector($"{block}attn_q.bias", shape.QueryWidth, 0.01f);
                AddVector($"{block}attn_k.bias", shape.KvWidth, 0.01f);
                AddVector($"{block}attn_v.bias", shape.KvWidth, 0.01f);
            }

            AddMatrix($"{block}attn_output", shape.QueryWidth, shape.Hidden);
            AddVector($"{block}ffn_norm.weight", shape.Hidden, 1);
            AddMatrix($"{block}ffn_gate", shape.Hidden, shape.Intermediate);
            AddMatrix($"{block}ffn_up", shape.Hidden, shape.Intermediate);
            AddMatrix($"{block}ffn_down", shape.Intermediate, shape.Hidden);
        }

        return writer;

        void AddVector(string name, int size, float value) =>
            writer.AddTensor(name, GgufType.F32, [size], bytes => MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).Fill(value));

        void AddMatrix(string name, int inputs, int outputs) =>
            writer.AddTensor($"{name}.weight", GgufType.Q40, [inputs, outputs], bytes => FillBlocks(random, bytes, inputs));
    }

    private static void AddFacts(GgufWriter writer, ModelShape shape)
    {
        writer.Add("general.architecture", shape.Family);
        writer.Add("general.name", $"{shape.Name}, random weights");
        writer.Add("general.file_type", 2);
        writer.Add("general.quantization_version", 2);
        writer.Add($"{shape.Family}.context_length", shape.Context);
        writer.Add($"{shape.Family}.embedding_length", shape.Hidden);
        writer.Add($"{shape.Family}.block_count", shape.Layers);
        writer.Add($"{shape.Family}.feed_forward_length", shape.Intermediate);
        writer.Add($"{shape.Family}.attention.head_count", shape.Heads);
        writer.Add($"{shape.Family}.attention.head_count_kv", shape.KvHeads);
        writer.Add($"{shape.Family}.attention.key_length", shape.HeadSize);
        writer.Add($"{shape.Family}.attention.value_length", shape.HeadSize);
        writer.Add($"{shape.Family}.attention.layer_norm_rms_epsilon", shape.Epsilon);
        writer.Add($"{shape.Family}.rope.dimension_count", shape.HeadSize);
        writer.Add($"{shape.Family}.rope.freq_base", shape.RotaryBase);
        writer.Add($"{shape.Family}.vocab_size", shape.Vocabulary);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", shape.Family == "llama" ? "llama-bpe" : "qwen2");
        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, shape.Vocabulary).Select(token => $"t{token}")]);
        writer.Add("tokenizer.ggml.merges", ["t 1"]);
        writer.Add("tokenizer.ggml.bos_token_id", shape.EndId);
        writer.Add("tokenizer.ggml.eos_token_id", shape.EndId);
    }

    private static void FillBlocks(Random random, byte[] bytes, int inputs)
    {
        random.NextBytes(bytes);
        // Numbers of -8 to 7 have a root mean square of 4.6: with this scale a product is as large as what goes in.
        Half scale = (Half)(1 / (4.6 * Math.Sqrt(inputs)));
        for (int block = 0; block < bytes.Length; block += 18)
            MemoryMarshal.Write(bytes.AsSpan(block), scale);
    }
}

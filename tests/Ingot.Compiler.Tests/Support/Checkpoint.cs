using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Support;

/// <summary>A small Hugging Face checkpoint with random weights, in memory, for tests to damage and write.</summary>
internal sealed class Checkpoint
{
    private readonly Random _random;

    private Checkpoint(string config, int seed)
    {
        _random = new Random(seed);
        Config = JsonNode.Parse(config)!.AsObject();
        AddWeights();
    }

    public JsonObject Config { get; }

    public SortedDictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = new(StringComparer.Ordinal);

    public string DataType { get; set; } = "F32";

    public static Checkpoint Llama(int seed = 1, string extra = "") => new(Describe("LlamaForCausalLM", "\"tie_word_embeddings\":false," + extra), seed);

    public static Checkpoint Qwen2(int seed = 2, string extra = "") => new(Describe("Qwen2ForCausalLM", "\"tie_word_embeddings\":true," + extra), seed);

    public static Checkpoint Qwen3(int seed = 3, string extra = "") => new(Describe("Qwen3ForCausalLM", "\"tie_word_embeddings\":true,\"head_dim\":32," + extra), seed);

    public int Number(string name) => (int)Config[name]!;

    /// <summary>Writes the folder; a tensor's file is chosen by <paramref name="shardOf"/> when there are several.</summary>
    public string Write(TemporaryFolder folder, Func<string, string>? shardOf = null)
    {
        var path = folder["source"];
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), Config.ToJsonString());
        File.WriteAllText(Path.Combine(path, "generation_config.json"), """{"eos_token_id":[2,3],"bos_token_id":1,"do_sample":true,"temperature":0.7,"top_p":0.8,"top_k":20,"repetition_penalty":1.1}""");
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), """{"model":{"type":"BPE","vocab":{},"merges":[]}}""");
        File.WriteAllText(Path.Combine(path, "tokenizer_config.json"), """{"chat_template":"{{ messages }}"}""");
        File.WriteAllText(Path.Combine(path, "LICENSE"), "words");
        if (shardOf is null)
        {
            File.WriteAllBytes(Path.Combine(path, "model.safetensors"), Build(Tensors.Keys));
            return path;
        }
        foreach (var shard in Tensors.Keys.GroupBy(shardOf)) File.WriteAllBytes(Path.Combine(path, shard.Key), Build(shard));
        var index = new { metadata = new { }, weight_map = Tensors.Keys.ToDictionary(name => name, shardOf) };
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"), JsonSerializer.Serialize(index));
        return path;
    }

    private byte[] Build(IEnumerable<string> names) =>
        SafetensorsBuilder.Build(names.Select(name => (name, Tensors[name].Shape, Tensors[name].Values)), DataType);

    private static string Describe(string architecture, string extra) => $$"""
        {"architectures":["{{architecture}}"],{{extra}}"hidden_size":96,"intermediate_size":80,"num_hidden_layers":2,
        "num_attention_heads":6,"num_key_value_heads":2,"max_position_embeddings":64,"rms_norm_eps":1e-5,"rope_theta":10000.0,
        "vocab_size":100,"hidden_act":"silu","eos_token_id":2}
        """;

    private void AddWeights()
    {
        int Get(string name) => Number(name);
        bool Has(string name) => (bool?)Config[name] ?? false;
        var architecture = (string)Config["architectures"]![0]!;
        var head = (int?)Config["head_dim"] ?? Get("hidden_size") / Get("num_attention_heads");
        var (hidden, inner) = (Get("hidden_size"), Get("intermediate_size"));
        var (query, keyValue) = (Get("num_attention_heads") * head, Get("num_key_value_heads") * head);
        var biases = architecture == "Qwen2ForCausalLM" || Has("attention_bias");
        AddMatrix("model.embed_tokens", Get("vocab_size"), hidden, hasBias: false);
        if (!Has("tie_word_embeddings")) AddMatrix("lm_head", Get("vocab_size"), hidden, hasBias: false);
        AddVector("model.norm.weight", hidden, 1);
        for (var layer = 0; layer < Get("num_hidden_layers"); layer++)
        {
            var path = $"model.layers.{layer}";
            AddVector($"{path}.input_layernorm.weight", hidden, 1);
            AddVector($"{path}.post_attention_layernorm.weight", hidden, 1);
            AddMatrix($"{path}.self_attn.q_proj", query, hidden, biases);
            AddMatrix($"{path}.self_attn.k_proj", keyValue, hidden, biases);
            AddMatrix($"{path}.self_attn.v_proj", keyValue, hidden, biases);
            AddMatrix($"{path}.self_attn.o_proj", hidden, query, biases && architecture != "Qwen2ForCausalLM");
            if (architecture == "Qwen3ForCausalLM")
            {
                AddVector($"{path}.self_attn.q_norm.weight", head, 1);
                AddVector($"{path}.self_attn.k_norm.weight", head, 1);
            }
            AddMatrix($"{path}.mlp.gate_proj", inner, hidden, Has("mlp_bias"));
            AddMatrix($"{path}.mlp.up_proj", inner, hidden, Has("mlp_bias"));
            AddMatrix($"{path}.mlp.down_proj", hidden, inner, Has("mlp_bias"));
        }
    }

    private void AddMatrix(string name, int outputs, int inputs, bool hasBias)
    {
        Tensors[$"{name}.weight"] = ([outputs, inputs], Draw(outputs * inputs, 0, 1.7 / Math.Sqrt(inputs)));
        if (hasBias) AddVector($"{name}.bias", outputs, 0);
    }

    private void AddVector(string name, int length, double centre) => Tensors[name] = ([length], Draw(length, centre, 0.3));

    private float[] Draw(int count, double centre, double spread) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(centre + (spread * ((2 * _random.NextDouble()) - 1))))];
}

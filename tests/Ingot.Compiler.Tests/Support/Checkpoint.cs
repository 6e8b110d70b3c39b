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

    /// <summary>A Mixtral, Qwen-MoE or gpt-oss checkpoint: five experts, two of them for a token.</summary>
    public static Checkpoint Mixture(string architecture, int seed, string extra = "", int inner = 80) => new(Describe(
        architecture,
        $"\"tie_word_embeddings\":false,\"num_experts_per_tok\":2,\"{(architecture.StartsWith("Qwen", StringComparison.Ordinal) ? "num_experts" : "num_local_experts")}\":5,{extra}",
        inner), seed);

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

    private static string Describe(string architecture, string extra, int inner = 80) => $$"""
        {"architectures":["{{architecture}}"],{{extra}}"hidden_size":96,"intermediate_size":{{inner}},"num_hidden_layers":2,
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
        var isQwen2 = architecture is "Qwen2ForCausalLM" or "Qwen2MoeForCausalLM";
        var biases = isQwen2 || architecture == "GptOssForCausalLM" || Has("attention_bias");
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
            AddMatrix($"{path}.self_attn.o_proj", hidden, query, biases && !isQwen2);
            if (architecture == "GptOssForCausalLM") AddVector($"{path}.self_attn.sinks", Get("num_attention_heads"), 0.5);
            if (architecture is "Qwen3ForCausalLM" or "Qwen3MoeForCausalLM")
            {
                AddVector($"{path}.self_attn.q_norm.weight", head, 1);
                AddVector($"{path}.self_attn.k_norm.weight", head, 1);
            }
            if (AddExperts(architecture, path, layer)) continue;
            AddMatrix($"{path}.mlp.gate_proj", inner, hidden, Has("mlp_bias"));
            AddMatrix($"{path}.mlp.up_proj", inner, hidden, Has("mlp_bias"));
            AddMatrix($"{path}.mlp.down_proj", hidden, inner, Has("mlp_bias"));
        }
    }

    private bool AddExperts(string architecture, string path, int layer)
    {
        var (hidden, inner) = (Number("hidden_size"), (int?)Config["moe_intermediate_size"] ?? Number("intermediate_size"));
        var count = (int?)Config["num_local_experts"] ?? (int?)Config["num_experts"] ?? 0;
        if (count == 0 || (Config["mlp_only_layers"]?.AsArray().Any(dense => (int)dense! == layer) ?? false)) return false;
        if (architecture == "GptOssForCausalLM")
        {
            AddMatrix($"{path}.mlp.router", count, hidden, hasBias: true);
            Tensors[$"{path}.mlp.experts.gate_up_proj"] = ([count, hidden, 2 * inner], Draw(count * hidden * 2 * inner, 0, 1.7 / Math.Sqrt(hidden)));
            Tensors[$"{path}.mlp.experts.gate_up_proj_bias"] = ([count, 2 * inner], Draw(count * 2 * inner, 0, 0.3));
            Tensors[$"{path}.mlp.experts.down_proj"] = ([count, inner, hidden], Draw(count * inner * hidden, 0, 1.7 / Math.Sqrt(inner)));
            Tensors[$"{path}.mlp.experts.down_proj_bias"] = ([count, hidden], Draw(count * hidden, 0, 0.3));
            return true;
        }

        var isMixtral = architecture == "MixtralForCausalLM";
        var mixture = isMixtral ? $"{path}.block_sparse_moe" : $"{path}.mlp";
        AddMatrix($"{mixture}.gate", count, hidden, hasBias: false);
        for (var expert = 0; expert < count; expert++)
        {
            AddMatrix($"{mixture}.experts.{expert}.{(isMixtral ? "w1" : "gate_proj")}", inner, hidden, hasBias: false);
            AddMatrix($"{mixture}.experts.{expert}.{(isMixtral ? "w3" : "up_proj")}", inner, hidden, hasBias: false);
            AddMatrix($"{mixture}.experts.{expert}.{(isMixtral ? "w2" : "down_proj")}", hidden, inner, hasBias: false);
        }

        if (architecture != "Qwen2MoeForCausalLM") return true;
        var shared = Number("shared_expert_intermediate_size");
        AddMatrix($"{mixture}.shared_expert.gate_proj", shared, hidden, hasBias: false);
        AddMatrix($"{mixture}.shared_expert.up_proj", shared, hidden, hasBias: false);
        AddMatrix($"{mixture}.shared_expert.down_proj", hidden, shared, hasBias: false);
        AddMatrix($"{mixture}.shared_expert_gate", 1, hidden, hasBias: false);
        return true;
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

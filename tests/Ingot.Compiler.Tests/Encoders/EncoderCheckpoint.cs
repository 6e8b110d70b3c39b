using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Compiler.Tests.Support;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>A small encoder checkpoint with random weights, in memory, for tests to damage and write.</summary>
internal sealed class EncoderCheckpoint
{
    private readonly Random _random;
    private readonly string _prefix;

    private EncoderCheckpoint(string architecture, string prefix, string config, int seed)
    {
        _random = new Random(seed);
        _prefix = prefix;
        Config = JsonNode.Parse(config)!.AsObject();
        Config["architectures"] = new JsonArray(architecture);
        AddWeights();
    }

    public JsonObject Config { get; }

    public SortedDictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Files besides config, weights and tokenizer, by path.</summary>
    public Dictionary<string, string> Files { get; } = [];

    public bool IsMPNet => Config["relative_attention_num_buckets"] is not null;

    /// <summary>The row of the position table that the first token has.</summary>
    public int FirstPosition => (string)Config["architectures"]![0]! is "BertModel" or "BertForMaskedLM" ? 0 : Number("pad_token_id") + 1;

    public static EncoderCheckpoint Bert(int seed = 21, string extra = "") => new("BertModel", "", Describe(64, "\"type_vocab_size\":2," + extra, 0), seed);

    // Under a masked language model's prefix, with that model's head beside it.
    public static EncoderCheckpoint Roberta(int seed = 22)
    {
        var checkpoint = new EncoderCheckpoint("XLMRobertaForMaskedLM", "roberta.", Describe(66, "\"type_vocab_size\":1,", 1), seed);
        checkpoint.AddMatrix("lm_head.dense", 48, 48);
        return checkpoint;
    }

    // Far enough for every bucket of distances.
    public static EncoderCheckpoint MPNet(int seed = 23) => new("MPNetModel", "", Describe(202, "\"relative_attention_num_buckets\":32,", 1), seed);

    public int Number(string name) => (int)Config[name]!;

    public (int[] Shape, float[] Values) Tensor(string name) => Tensors[_prefix + name];

    public bool Has(string name) => Tensors.ContainsKey(_prefix + name);

    /// <summary>Adds the files of sentence-transformers.</summary>
    public EncoderCheckpoint WithPooling(string mode, bool normalize, int? maxTokens = null)
    {
        string[] types = normalize ? ["Transformer", "Pooling", "Normalize"] : ["Transformer", "Pooling"];
        var modules = JsonSerializer.Serialize(types.Select((type, index) =>
            new { idx = index, name = $"{index}", path = index == 0 ? "" : $"{index}_{type}", type = $"sentence_transformers.models.{type}" }));
        Files["modules.json"] = modules;
        Files["1_Pooling/config.json"] = $$"""{"word_embedding_dimension":48,"{{mode}}":true}""";
        if (maxTokens is not null) Files["sentence_bert_config.json"] = $$"""{"max_seq_length":{{maxTokens}},"do_lower_case":false}""";
        return this;
    }

    public string Write(TemporaryFolder folder)
    {
        var path = folder["encoder-source"];
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), Config.ToJsonString());
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), """{"model":{"type":"WordPiece","vocab":{}}}""");
        File.WriteAllBytes(Path.Combine(path, "model.safetensors"),
            SafetensorsBuilder.Build(Tensors.Select(tensor => (tensor.Key, tensor.Value.Shape, tensor.Value.Values))));
        foreach (var (name, text) in Files)
        {
            var file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        return path;
    }

    private static string Describe(int positions, string extra, int pad) => $$"""
        {{{extra}}"hidden_size":48,"intermediate_size":80,"num_hidden_layers":2,"num_attention_heads":3,"max_position_embeddings":{{positions}},
        "layer_norm_eps":1e-12,"vocab_size":100,"hidden_act":"gelu","pad_token_id":{{pad}},"position_embedding_type":"absolute"}
        """;

    private void AddWeights()
    {
        var (hidden, inner) = (Number("hidden_size"), Number("intermediate_size"));
        AddTable("embeddings.word_embeddings.weight", Number("vocab_size"), hidden);
        AddTable("embeddings.position_embeddings.weight", Number("max_position_embeddings"), hidden);
        if (!IsMPNet) AddTable("embeddings.token_type_embeddings.weight", Number("type_vocab_size"), hidden);
        AddNorm("embeddings.LayerNorm", hidden);
        if (IsMPNet) AddTable("encoder.relative_attention_bias.weight", 32, Number("num_attention_heads"));
        for (var layer = 0; layer < Number("num_hidden_layers"); layer++)
        {
            var path = $"encoder.layer.{layer}";
            foreach (var part in IsMPNet ? ["attn.q", "attn.k", "attn.v", "attn.o"] : (string[])["self.query", "self.key", "self.value", "output.dense"])
                AddMatrix($"{_prefix}{path}.attention.{part}", hidden, hidden);
            AddNorm(IsMPNet ? $"{path}.attention.LayerNorm" : $"{path}.attention.output.LayerNorm", hidden);
            AddMatrix($"{_prefix}{path}.intermediate.dense", inner, hidden);
            AddMatrix($"{_prefix}{path}.output.dense", hidden, inner);
            AddNorm($"{path}.output.LayerNorm", hidden);
        }
        AddMatrix($"{_prefix}pooler.dense", hidden, hidden);
    }

    private void AddMatrix(string name, int outputs, int inputs)
    {
        Tensors[$"{name}.weight"] = ([outputs, inputs], Draw(outputs * inputs, 0, 1.7 / Math.Sqrt(inputs)));
        Tensors[$"{name}.bias"] = ([outputs], Draw(outputs, 0, 0.3));
    }

    private void AddTable(string name, int rows, int columns) => Tensors[_prefix + name] = ([rows, columns], Draw(rows * columns, 0, 1));

    private void AddNorm(string name, int length)
    {
        Tensors[$"{_prefix}{name}.weight"] = ([length], Draw(length, 1, 0.3));
        Tensors[$"{_prefix}{name}.bias"] = ([length], Draw(length, 0, 0.3));
    }

    private float[] Draw(int count, double centre, double spread) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(centre + (spread * ((2 * _random.NextDouble()) - 1))))];
}

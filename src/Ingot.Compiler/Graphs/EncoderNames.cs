using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;

namespace Ingot.Compiler.Graphs;

/// <summary>What an encoder checkpoint calls its tensors: by family, with or without the prefix that models with a head have.</summary>
internal sealed class EncoderNames
{
    private const string WordEmbedding = "embeddings.word_embeddings.weight";

    private static readonly string[] Prefixes = ["bert.", "distilbert.", "roberta.", "mpnet."];

    private static readonly LayerNames Bert = new(
        "encoder", "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm");

    private static readonly LayerNames MPNet = Bert with
    {
        Query = "attention.attn.q",
        Key = "attention.attn.k",
        Value = "attention.attn.v",
        AttentionOutput = "attention.attn.o",
        AttentionNorm = "attention.LayerNorm",
    };

    private static readonly LayerNames DistilBert = new(
        "transformer", "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm");

    private readonly HashSet<string> _there;
    private readonly LayerNames _layer;

    /// <param name="family">The encoder's type.</param>
    /// <param name="there">The checkpoint's tensors; empty where any can be had.</param>
    public EncoderNames(EncoderFamily family, IEnumerable<string> there)
    {
        _layer = family switch
        {
            EncoderFamily.MPNet => MPNet,
            EncoderFamily.DistilBert => DistilBert,
            _ => Bert,
        };
        _there = new HashSet<string>(there, StringComparer.Ordinal);
        Prefix = Prefixes.FirstOrDefault(prefix => _there.Contains(prefix + WordEmbedding)) ?? "";
    }

    /// <summary>What the encoder's tensors begin with; empty where the checkpoint is the encoder alone.</summary>
    public string Prefix { get; }

    public string Words => Prefix + WordEmbedding;

    public string Positions => $"{Prefix}embeddings.position_embeddings.weight";

    public string Types => $"{Prefix}embeddings.token_type_embeddings.weight";

    public string Distances => $"{Prefix}encoder.relative_attention_bias.weight";

    public string EmbeddingNorm => $"{Prefix}embeddings.LayerNorm";

    public string AttentionNorm(int layer) => InLayer(layer, _layer.AttentionNorm);

    public string Query(int layer) => InLayer(layer, _layer.Query);

    public string Key(int layer) => InLayer(layer, _layer.Key);

    public string Value(int layer) => InLayer(layer, _layer.Value);

    public string AttentionOutput(int layer) => InLayer(layer, _layer.AttentionOutput);

    public string Up(int layer) => InLayer(layer, _layer.Up);

    public string Down(int layer) => InLayer(layer, _layer.Down);

    public string OutputNorm(int layer) => InLayer(layer, _layer.OutputNorm);

    /// <summary>A norm's weight and bias; checkpoints converted from TensorFlow call them gamma and beta.</summary>
    public (string Weight, string Bias) Norm(string norm) => _there.Contains($"{norm}.gamma") ? ($"{norm}.gamma", $"{norm}.beta") : ($"{norm}.weight", $"{norm}.bias");

    /// <summary>Whether a tensor may go unused: what a head on top computes, and buffers every reader makes itself.</summary>
    public bool IsNeedless(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return true;
        var rest = name[Prefix.Length..];
        return rest.StartsWith("pooler.", StringComparison.Ordinal) || rest is "embeddings.position_ids" or "embeddings.token_type_ids";
    }

    private string InLayer(int layer, string name) => $"{Prefix}{_layer.Stack}.layer.{layer}.{name}";

    /// <summary>What a layer's tensors are called after the layer's own name.</summary>
    private sealed record LayerNames(
        string Stack, string Query, string Key, string Value, string AttentionOutput, string AttentionNorm, string Up, string Down, string OutputNorm);
}

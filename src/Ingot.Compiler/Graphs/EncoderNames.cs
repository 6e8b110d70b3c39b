using Ingot.Compiler.Configs;
using Ingot.Compiler.Weights;

namespace Ingot.Compiler.Graphs;

/// <summary>What an encoder checkpoint calls its tensors: by family, with or without the prefix that models with a head have.</summary>
internal sealed class EncoderNames
{
    private const string WordEmbedding = "embeddings.word_embeddings.weight";

    private static readonly string[] Prefixes = ["bert.", "roberta.", "mpnet."];

    private readonly HashSet<string> _there;
    private readonly bool _isMPNet;

    /// <param name="family">The encoder's type.</param>
    /// <param name="there">The checkpoint's tensors; empty where any can be had.</param>
    public EncoderNames(EncoderFamily family, IEnumerable<string> there)
    {
        _isMPNet = family == EncoderFamily.MPNet;
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

    public string AttentionNorm(int layer) => _isMPNet ? $"{Layer(layer)}.attention.LayerNorm" : $"{Layer(layer)}.attention.output.LayerNorm";

    public string Query(int layer) => Layer(layer) + (_isMPNet ? ".attention.attn.q" : ".attention.self.query");

    public string Key(int layer) => Layer(layer) + (_isMPNet ? ".attention.attn.k" : ".attention.self.key");

    public string Value(int layer) => Layer(layer) + (_isMPNet ? ".attention.attn.v" : ".attention.self.value");

    public string AttentionOutput(int layer) => Layer(layer) + (_isMPNet ? ".attention.attn.o" : ".attention.output.dense");

    public string Up(int layer) => $"{Layer(layer)}.intermediate.dense";

    public string Down(int layer) => $"{Layer(layer)}.output.dense";

    public string OutputNorm(int layer) => $"{Layer(layer)}.output.LayerNorm";

    /// <summary>A norm's weight and bias; checkpoints converted from TensorFlow call them gamma and beta.</summary>
    public (string Weight, string Bias) Norm(string norm) => _there.Contains($"{norm}.gamma") ? ($"{norm}.gamma", $"{norm}.beta") : ($"{norm}.weight", $"{norm}.bias");

    /// <summary>Whether a tensor may go unused: what a head on top computes, and buffers every reader makes itself.</summary>
    public bool IsNeedless(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return true;
        var rest = name[Prefix.Length..];
        return rest.StartsWith("pooler.", StringComparison.Ordinal) || rest is "embeddings.position_ids" or "embeddings.token_type_ids";
    }

    private string Layer(int layer) => $"{Prefix}encoder.layer.{layer}";
}

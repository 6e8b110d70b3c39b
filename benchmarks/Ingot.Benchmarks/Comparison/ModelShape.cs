using System.Text.Json.Nodes;
using Ingot.Benchmarks.EndToEnd;

namespace Ingot.Benchmarks.Comparison;

/// <summary>A decoder's shape: what two programs need to have in common to be compared.</summary>
/// <param name="Name">The file it comes from.</param>
/// <param name="Family">What its kind is called, such as <c>qwen2</c>.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Hidden">Numbers of a token between layers.</param>
/// <param name="Intermediate">Numbers of a token inside the feed-forward part.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadSize">Numbers of a head.</param>
/// <param name="Vocabulary">Tokens there are.</param>
/// <param name="Context">Tokens a sequence may have.</param>
/// <param name="Epsilon">What norms add.</param>
/// <param name="RotaryBase">The base of the rotations.</param>
/// <param name="EndId">The token that ends an answer.</param>
/// <param name="HasOwnHead">Whether the matrix that makes logits is another than that of the tokens.</param>
/// <param name="Stretch">How rotations are stretched beyond what the model was first trained on; null where they are not.</param>
internal sealed record ModelShape(
    string Name, string Family, int Layers, int Hidden, int Intermediate, int Heads, int KvHeads, int HeadSize,
    int Vocabulary, int Context, float Epsilon, float RotaryBase, int EndId, bool HasOwnHead, RotaryStretch? Stretch)
{
    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool HasBias => Family == "qwen2";

    /// <summary>Numbers of a token's queries.</summary>
    public int QueryWidth => Heads * HeadSize;

    /// <summary>Numbers of a token's keys, and of its values.</summary>
    public int KvWidth => KvHeads * HeadSize;

    /// <summary>Weights read for every step, the rows of the vocabulary included.</summary>
    public long Weights
    {
        get
        {
            long attention = (long)Hidden * (QueryWidth + (2 * KvWidth)) + ((long)QueryWidth * Hidden);
            return (Layers * (attention + (3L * Hidden * Intermediate))) + ((long)Vocabulary * Hidden);
        }
    }

    /// <summary>Bytes of one of the vocabulary's matrices.</summary>
    public long VocabularyBytes => (long)Vocabulary * Hidden / 32 * 18;

    /// <summary>Bytes read for every step, in memory: 32 weights of 4 bits share a 16-bit scale, in both programs.</summary>
    public long StepBytes => Weights / 32 * 18;

    /// <summary>Bytes of a token's keys and values in 32 bits.</summary>
    public long KvTokenBytes => 2L * Layers * KvWidth * sizeof(float);

    /// <summary>Reads one of the shapes that come with this program.</summary>
    public static ModelShape Read(string name)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(BenchmarkModel.ShapeFile(name)))!;
        int Number(string field) => config[field]!.GetValue<int>();
        return new ModelShape(
            name,
            config["model_type"]!.GetValue<string>(),
            Number("num_hidden_layers"),
            Number("hidden_size"),
            Number("intermediate_size"),
            Number("num_attention_heads"),
            Number("num_key_value_heads"),
            config["head_dim"]?.GetValue<int>() ?? (Number("hidden_size") / Number("num_attention_heads")),
            Number("vocab_size"),
            Number("max_position_embeddings"),
            config["rms_norm_eps"]!.GetValue<float>(),
            config["rope_theta"]!.GetValue<float>(),
            Number("eos_token_id"),
            !config["tie_word_embeddings"]!.GetValue<bool>(),
            RotaryStretch.Read(config["rope_scaling"]));
    }
}

using Ingot.Errors;

namespace Ingot.Compiler.Configs;

/// <summary>
/// Reads <c>config.json</c> of a Llama, Mistral, Qwen2 or Qwen3 checkpoint. What would change the numbers and is not
/// computed here (another activation, a sliding window, quantised weights) is
/// refused by its name, never ignored.
/// </summary>
internal static class DecoderConfigReader
{
    private const int MaxWidth = 1 << 20;
    private const int MaxLayers = 4096;
    private const int MaxHeads = 4096;
    private const int MaxHeadSize = 4096;
    private const int MaxVocabulary = 1 << 24;
    private const int MaxContext = 1 << 24;
    // ONNX Runtime's attention rotates heads of such sizes only.
    private const int HeadSizeStep = 16;
    private const int MistralWindow = 4096;

    /// <summary>Reads and checks.</summary>
    /// <param name="fields">The fields of config.json.</param>
    /// <param name="forVectors">Whether vectors of texts are wanted, for which a checkpoint needs no head.</param>
    public static DecoderConfig Read(JsonFields fields, bool forVectors = false)
    {
        var family = ReadFamily(fields, forVectors);
        if (forVectors && !fields.Boolean("is_causal", true))
            throw fields.Unsupported("is_causal", "is false; decoders are compiled as they are, each token seeing those before it");
        if (fields.Has("quantization_config"))
            throw fields.Unsupported("quantization_config", "is there: the weights are quantised already, and the compiler reads F32, F16 and BF16 weights");
        RefuseOtherArithmetic(fields);
        var hidden = fields.Integer("hidden_size", 1, MaxWidth);
        var heads = fields.Integer("num_attention_heads", 1, MaxHeads);
        var keyValueHeads = fields.Integer("num_key_value_heads", 1, MaxHeads, heads);
        if (heads % keyValueHeads != 0)
            throw fields.Invalid("num_attention_heads", $"is {heads}, which is not a multiple of num_key_value_heads ({keyValueHeads})");
        var context = fields.Integer("max_position_embeddings", 1, MaxContext);
        var headSize = ReadHeadSize(fields, hidden, heads);
        var rope = RopeReader.Read(fields, headSize, ref context);
        RefuseSlidingWindow(fields, family.Architecture, context);
        var attentionBias = fields.Boolean("attention_bias", false);
        return new DecoderConfig
        {
            ModelType = family.ModelType,
            Architecture = family.Architecture,
            HiddenSize = hidden,
            IntermediateSize = fields.Integer("intermediate_size", 1, MaxWidth),
            LayerCount = fields.Integer("num_hidden_layers", 1, MaxLayers),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = headSize,
            NormEpsilon = (float)fields.Number("rms_norm_eps", 1e-12, 0.1, 1e-6),
            Rope = rope,
            VocabularySize = fields.Integer("vocab_size", 1, MaxVocabulary),
            TiedEmbeddings = fields.Boolean("tie_word_embeddings", false),
            ContextLength = context,
            QueryKeyValueBias = family.ModelType == "qwen2" || attentionBias,
            OutputBias = family.ModelType != "qwen2" && attentionBias,
            FeedForwardBias = fields.Boolean("mlp_bias", false),
            HeadNorms = family.ModelType == "qwen3",
        };
    }

    private static (string Architecture, string ModelType) ReadFamily(JsonFields fields, bool forVectors)
    {
        var names = fields.Texts("architectures");
        if (names.Count != 1)
            throw fields.Invalid("architectures", names.Count == 0 ? "is missing or empty" : "names more than one architecture");
        return names[0] switch
        {
            "LlamaForCausalLM" => (names[0], "llama"),
            "MistralForCausalLM" => (names[0], "mistral"),
            "Qwen2ForCausalLM" => (names[0], "qwen2"),
            "Qwen3ForCausalLM" => (names[0], "qwen3"),
            "LlamaModel" when forVectors => (names[0], "llama"),
            "MistralModel" when forVectors => (names[0], "mistral"),
            "Qwen2Model" when forVectors => (names[0], "qwen2"),
            "Qwen3Model" when forVectors => (names[0], "qwen3"),
            _ => throw fields.Unsupported("architectures",
                $"is '{names[0]}'; the compiler knows LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, {EncoderConfigReader.Known}"),
        };
    }

    private static void RefuseOtherArithmetic(JsonFields fields)
    {
        if (fields.Text("hidden_act") is { } activation and not ("silu" or "swish"))
            throw fields.Unsupported("hidden_act", $"is '{activation}'; these architectures are compiled with 'silu' only");
    }

    private static void RefuseSlidingWindow(JsonFields fields, string architecture, int context)
    {
        var used = architecture switch
        {
            // Null says that there is no window; Mistral's reference takes one of 4096 where the field is not there at all.
            "MistralForCausalLM" or "MistralModel" => fields.Has("sliding_window") || !fields.Mentions("sliding_window"),
            "LlamaForCausalLM" or "LlamaModel" => false,
            _ => fields.Boolean("use_sliding_window", false) && fields.Has("sliding_window"),
        };
        if (!used) return;
        var window = fields.Integer("sliding_window", 1, int.MaxValue, MistralWindow);
        if (window < context)
            throw fields.Unsupported("sliding_window", $"is {window}, less than the context ({context}); sliding windows are not compiled");
    }

    private static int ReadHeadSize(JsonFields fields, int hidden, int heads)
    {
        if (!fields.Has("head_dim") && hidden % heads != 0)
            throw fields.Invalid("hidden_size", $"is {hidden}, which is not a multiple of num_attention_heads ({heads})");
        var size = fields.Integer("head_dim", 1, MaxHeadSize, hidden / heads);
        if (size % HeadSizeStep != 0 || size > MaxHeadSize)
            throw fields.Unsupported("head_dim", $"is {size}; it must be a multiple of {HeadSizeStep}, at most {MaxHeadSize}");
        return size;
    }
}

using Ingot.Errors;

namespace Ingot.Compiler.Configs;

/// <summary>
/// Reads <c>config.json</c> of a Llama, Mistral, Mixtral, Qwen2, Qwen3 or gpt-oss checkpoint, with experts or without. What would change the numbers and is not
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
    private const int GptOssWindow = 128;
    private const string GptOss = "GptOssForCausalLM";

    /// <summary>Reads and checks.</summary>
    /// <param name="fields">The fields of config.json.</param>
    /// <param name="forVectors">Whether vectors of texts are wanted, for which a checkpoint needs no head.</param>
    public static DecoderConfig Read(JsonFields fields, bool forVectors = false)
    {
        var family = ReadFamily(fields, forVectors);
        if (forVectors && !fields.Boolean("is_causal", true))
            throw fields.Unsupported("is_causal", "is false; decoders are compiled as they are, each token seeing those before it");
        if (fields.Has("quantization_config") && !(family.Architecture == GptOss && ExpertsReader.IsMicroscaled(fields)))
            throw fields.Unsupported("quantization_config", "is there: the weights are quantised already, and the compiler reads F32, F16 and BF16 weights, and MXFP4 of gpt-oss");
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
        var attentionBias = fields.Boolean("attention_bias", family.Architecture == GptOss);
        var experts = ExpertsReader.Read(fields, family.Architecture);
        var layers = fields.Integer("num_hidden_layers", 1, MaxLayers);
        return new DecoderConfig
        {
            ModelType = family.ModelType,
            Architecture = family.Architecture,
            HiddenSize = hidden,
            IntermediateSize = fields.Integer("intermediate_size", 1, MaxWidth, experts?.InnerSize),
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadSize = headSize,
            NormEpsilon = (float)fields.Number("rms_norm_eps", 1e-12, 0.1, 1e-6),
            Rope = rope,
            VocabularySize = fields.Integer("vocab_size", 1, MaxVocabulary),
            TiedEmbeddings = fields.Boolean("tie_word_embeddings", false),
            ContextLength = context,
            QueryKeyValueBias = family.ModelType == "qwen2" ? fields.Boolean("qkv_bias", true) : attentionBias,
            OutputBias = family.ModelType != "qwen2" && attentionBias,
            FeedForwardBias = fields.Boolean("mlp_bias", false),
            HeadNorms = family.ModelType == "qwen3",
            Experts = experts,
            Sinks = family.Architecture == GptOss,
            Window = family.Architecture == GptOss ? fields.Integer("sliding_window", 1, MaxContext, GptOssWindow) : 0,
            WindowedLayers = family.Architecture == GptOss ? ReadLayerTypes(fields, layers) : [],
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
            "MixtralForCausalLM" => (names[0], "mistral"),
            "Qwen2MoeForCausalLM" => (names[0], "qwen2"),
            "Qwen3MoeForCausalLM" => (names[0], "qwen3"),
            GptOss => (names[0], "gptoss"),
            "LlamaModel" when forVectors => (names[0], "llama"),
            "MistralModel" when forVectors => (names[0], "mistral"),
            "Qwen2Model" when forVectors => (names[0], "qwen2"),
            "Qwen3Model" when forVectors => (names[0], "qwen3"),
            _ => throw fields.Unsupported("architectures",
                $"is '{names[0]}'; the compiler knows LlamaForCausalLM, MistralForCausalLM, MixtralForCausalLM, Qwen2ForCausalLM, Qwen2MoeForCausalLM, Qwen3ForCausalLM, Qwen3MoeForCausalLM, {GptOss}, {EncoderConfigReader.Known}"),
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
            "MixtralForCausalLM" => fields.Has("sliding_window"),
            "LlamaForCausalLM" or "LlamaModel" or GptOss => false,
            _ => fields.Boolean("use_sliding_window", false) && fields.Has("sliding_window"),
        };
        if (!used) return;
        var window = fields.Integer("sliding_window", 1, int.MaxValue, MistralWindow);
        if (window < context)
            throw fields.Unsupported("sliding_window", $"is {window}, less than the context ({context}); sliding windows are not compiled");
    }

    // Every other layer is windowed where the list is not there, the first one first.
    private static List<bool> ReadLayerTypes(JsonFields fields, int layers)
    {
        var types = fields.Texts("layer_types");
        if (types.Count == 0) return [.. Enumerable.Range(0, layers).Select(layer => layer % 2 == 0)];
        if (types.Count != layers || types.Any(type => type is not ("sliding_attention" or "full_attention")))
            throw fields.Invalid("layer_types", $"is not a list of 'sliding_attention' and 'full_attention', one for each of the {layers} layers");
        return [.. types.Select(type => type == "sliding_attention")];
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

namespace Ingot.Compiler.Configs;

/// <summary>
/// Reads <c>config.json</c> of a BERT, DistilBERT, RoBERTa (XLM-RoBERTa, CamemBERT) or MPNet checkpoint. What would change the numbers
/// and is not computed here is refused by its name, never ignored.
/// </summary>
internal static class EncoderConfigReader
{
    /// <summary>The classes read here, for messages.</summary>
    public const string Known = "BertModel, DistilBertModel, RobertaModel, XLMRobertaModel, CamembertModel, MPNetModel and their ...ForMaskedLM";

    private const int MaxWidth = 1 << 16;
    private const int MaxLayers = 4096;
    private const int MaxHeads = 4096;
    private const int MaxHeadSize = 256;
    private const int MaxVocabulary = 1 << 22;
    private const int MaxPositions = 1 << 16;

    // The references compute with these whatever the configuration says.
    private const int MPNetBuckets = 32;
    private const double DistilBertEpsilon = 1e-12;

    /// <summary>Whether a checkpoint's class is an encoder read here.</summary>
    public static bool Reads(JsonFields fields) => fields.Texts("architectures") is [var name] && FamilyOf(name) is not null;

    public static EncoderConfig Read(JsonFields fields)
    {
        var architecture = fields.Texts("architectures")[0];
        var (family, modelType) = FamilyOf(architecture)!.Value;
        RefuseOtherArithmetic(fields);
        var names = family == EncoderFamily.DistilBert
            ? (Hidden: "dim", Intermediate: "hidden_dim", Layers: "n_layers", Heads: "n_heads", Activation: "activation")
            : (Hidden: "hidden_size", Intermediate: "intermediate_size", Layers: "num_hidden_layers", Heads: "num_attention_heads", Activation: "hidden_act");
        var hidden = fields.Integer(names.Hidden, 1, MaxWidth);
        var heads = fields.Integer(names.Heads, 1, MaxHeads);
        if (hidden % heads != 0 || hidden / heads > MaxHeadSize)
            throw fields.Invalid(names.Hidden, $"is {hidden}, which {names.Heads} ({heads}) does not divide into heads of at most {MaxHeadSize}");
        var countsFromZero = family is EncoderFamily.Bert or EncoderFamily.DistilBert;
        var vocabulary = fields.Integer("vocab_size", 1, MaxVocabulary);
        var pad = fields.Integer("pad_token_id", 0, vocabulary - 1, countsFromZero ? 0 : 1);
        var first = countsFromZero ? 0 : pad + 1;
        var rows = fields.Integer("max_position_embeddings", 1, MaxPositions);
        if (rows <= first)
            throw fields.Invalid("max_position_embeddings", $"is {rows}, which leaves no position beyond the first {first}");
        return new EncoderConfig
        {
            ModelType = modelType,
            Architecture = architecture,
            Family = family,
            HiddenSize = hidden,
            IntermediateSize = fields.Integer(names.Intermediate, 1, MaxWidth),
            LayerCount = fields.Integer(names.Layers, 1, MaxLayers),
            HeadCount = heads,
            Activation = ReadActivation(fields, names.Activation),
            NormEpsilon = (float)(family == EncoderFamily.DistilBert ? DistilBertEpsilon : fields.Number("layer_norm_eps", 1e-14, 0.1, 1e-12)),
            VocabularySize = vocabulary,
            PositionRows = rows,
            FirstPosition = first,
            TypeRows = family is EncoderFamily.MPNet or EncoderFamily.DistilBert ? 0 : fields.Integer("type_vocab_size", 1, MaxPositions, 2),
            DistanceBuckets = family == EncoderFamily.MPNet ? ReadBuckets(fields) : 0,
            PadId = pad,
        };
    }

    private static (EncoderFamily Family, string ModelType)? FamilyOf(string architecture) => architecture switch
    {
        "BertModel" or "BertForMaskedLM" or "BertForPreTraining" => (EncoderFamily.Bert, "bert"),
        "DistilBertModel" or "DistilBertForMaskedLM" => (EncoderFamily.DistilBert, "distilbert"),
        "RobertaModel" or "RobertaForMaskedLM" => (EncoderFamily.Roberta, "roberta"),
        "XLMRobertaModel" or "XLMRobertaForMaskedLM" => (EncoderFamily.Roberta, "xlm-roberta"),
        "CamembertModel" or "CamembertForMaskedLM" => (EncoderFamily.Roberta, "camembert"),
        "MPNetModel" or "MPNetForMaskedLM" => (EncoderFamily.MPNet, "mpnet"),
        _ => null,
    };

    private static void RefuseOtherArithmetic(JsonFields fields)
    {
        if (fields.Has("quantization_config"))
            throw fields.Unsupported("quantization_config", "is there: the weights are quantised already, and the compiler reads F32, F16 and BF16 weights");
        if (fields.Text("position_embedding_type") is { } positions and not "absolute")
            throw fields.Unsupported("position_embedding_type", $"is '{positions}'; only 'absolute' is compiled");
        foreach (var name in (ReadOnlySpan<string>)["is_decoder", "add_cross_attention"])
        {
            if (fields.Boolean(name, false))
                throw fields.Unsupported(name, "is true; only encoders are compiled from this class");
        }
    }

    private static int ReadBuckets(JsonFields fields) =>
        fields.Integer("relative_attention_num_buckets", 1, MaxPositions, MPNetBuckets) is var count && count == MPNetBuckets
            ? count
            : throw fields.Unsupported("relative_attention_num_buckets", $"is {count}; only {MPNetBuckets} are compiled");

    private static EncoderActivation ReadActivation(JsonFields fields, string name) => fields.Text(name) switch
    {
        null or "gelu" => EncoderActivation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => EncoderActivation.GeluTanh,
        "relu" => EncoderActivation.Relu,
        var other => throw fields.Unsupported(name, $"is '{other}'; the compiler computes gelu, gelu_new, gelu_pytorch_tanh and relu"),
    };
}

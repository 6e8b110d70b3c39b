namespace Ingot.Compiler.Configs;

/// <summary>Reads what <c>config.json</c> says of experts.</summary>
internal static class ExpertsReader
{
    private const int MaxExperts = 4096;
    private const int MaxWidth = 1 << 20;

    // What the models were trained with where their configuration does not say.
    private const double GptOssAlpha = 1.702;
    private const double GptOssLimit = 7;

    /// <summary>Reads and checks; null for architectures without experts.</summary>
    public static ExpertsConfig? Read(JsonFields fields, string architecture) => architecture switch
    {
        "MixtralForCausalLM" => Sized(fields, new ExpertsConfig
        {
            Layout = ExpertsLayout.Numbered,
            Count = fields.Integer("num_local_experts", 1, MaxExperts, 8),
            PerToken = fields.Integer("num_experts_per_tok", 1, MaxExperts, 2),
            InnerSize = fields.Integer("intermediate_size", 1, MaxWidth),
            Normalizes = true,
        }),
        "Qwen2MoeForCausalLM" => Sized(fields, Qwen(fields) with { SharedSize = fields.Integer("shared_expert_intermediate_size", 1, MaxWidth) }),
        "Qwen3MoeForCausalLM" => Sized(fields, Qwen(fields)),
        "GptOssForCausalLM" => Sized(fields, new ExpertsConfig
        {
            Layout = IsMicroscaled(fields) ? ExpertsLayout.Microscaled : ExpertsLayout.StackedByInputs,
            Count = fields.Integer("num_local_experts", 1, MaxExperts, 32),
            PerToken = fields.Integer("num_experts_per_tok", 1, MaxExperts, 4),
            InnerSize = fields.Integer("intermediate_size", 1, MaxWidth),
            Normalizes = true,
            HasBiases = true,
            Alpha = GptOssAlpha,
            Beta = 1,
            Limit = fields.Number("swiglu_limit", 1e-3, 1e6, GptOssLimit),
        }),
        _ => null,
    };

    /// <summary>Whether the experts' weights are in blocks of 4-bit floats, the one quantised form that is read.</summary>
    public static bool IsMicroscaled(JsonFields fields) => fields.Object("quantization_config")?.Text("quant_method") == "mxfp4";

    private static ExpertsConfig Qwen(JsonFields fields) => new()
    {
        Layout = ExpertsLayout.Named,
        Count = fields.Integer("num_experts", 1, MaxExperts),
        PerToken = fields.Integer("num_experts_per_tok", 1, MaxExperts),
        InnerSize = fields.Integer("moe_intermediate_size", 1, MaxWidth),
        Normalizes = fields.Boolean("norm_topk_prob", false),
        Step = fields.Integer("decoder_sparse_step", 1, MaxExperts, 1),
        DenseLayers = fields.Integers("mlp_only_layers", 0, MaxExperts),
    };

    private static ExpertsConfig Sized(JsonFields fields, ExpertsConfig config) => config.PerToken <= config.Count
        ? config
        : throw fields.Invalid("num_experts_per_tok", $"is {config.PerToken}, more than there are experts ({config.Count})");
}

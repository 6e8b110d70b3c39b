using Ingot.Compiler.Tests.Support;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Agreement;

/// <summary>The checkpoints whose logits are compared, by the names the recorded answers have.</summary>
internal static class AgreementCases
{
    /// <summary>More than one block of the key-value cache.</summary>
    public static readonly int[] Tokens = [1, 5, 99, 42, 7, 7, 0, 63, 12, 80, 31, 2, 58, 99, 4, 17, 23, 71, 9, 36];

    /// <summary>Those whose feed-forward layers are mixtures of experts.</summary>
    public static readonly string[] Mixtures = ["mixtral", "qwen2-moe", "qwen3-moe", "gpt-oss"];

    public static readonly string[] Names = ["llama", "llama-biases", "llama3-rope", "linear-rope", "qwen2", "qwen3", .. Mixtures];

    /// <summary>Checkpoints whose rotations differ, which nobody has recorded.</summary>
    public static readonly string[] Turned = ["yarn-rope", "partial-rope"];

    /// <summary>Those whose rotations hang on the length of the sequence, recorded in fp32.</summary>
    public static readonly string[] Chosen = ["longrope", "longrope-short", "dynamic-rope", "dynamic-rope-longest", "dynamic-rope-short"];

    /// <summary>What ONNX Runtime computes otherwise (see <c>docs/log.md</c>).</summary>
    public static readonly string[] Other = ["qwen2-moe-unnormalized"];

    public static Checkpoint Make(string name) => name switch
    {
        "llama" => Checkpoint.Llama(seed: 11),
        "llama-biases" => Checkpoint.Llama(seed: 12, "\"attention_bias\":true,\"mlp_bias\":true,"),
        "llama3-rope" => Checkpoint.Llama(seed: 13, """ "rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":32},"""),
        "linear-rope" => Checkpoint.Llama(seed: 14, """ "rope_scaling":{"rope_type":"linear","factor":4.0},"""),
        "yarn-rope" => Checkpoint.Llama(seed: 17, """ "rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16,"beta_fast":2.0,"beta_slow":0.5},"""),
        "longrope" => Checkpoint.Llama(seed: 18, """ "rope_scaling":{"rope_type":"longrope","original_max_position_embeddings":16,"long_factor":[1,1.2,1.5,2,3,4,6,8],"short_factor":[1,1,1,1,1,1,1,1]},"""),
        "longrope-short" => Checkpoint.Llama(seed: 18, """ "rope_scaling":{"rope_type":"longrope","original_max_position_embeddings":20,"long_factor":[1,1.2,1.5,2,3,4,6,8],"short_factor":[1,1.1,1,1.3,1,1,2,1]},"""),
        "dynamic-rope" => Dynamic(positions: 12),
        "dynamic-rope-longest" => Dynamic(positions: 5),
        "dynamic-rope-short" => Dynamic(positions: 20),
        "partial-rope" => Checkpoint.Qwen3(seed: 19, "\"partial_rotary_factor\":0.5,"),
        "qwen2" => Checkpoint.Qwen2(seed: 15),
        "qwen3" => Checkpoint.Qwen3(seed: 16),
        "mixtral" => Checkpoint.Mixture("MixtralForCausalLM", seed: 20),
        "qwen2-moe" => Checkpoint.Mixture("Qwen2MoeForCausalLM", seed: 21, "\"moe_intermediate_size\":64,\"shared_expert_intermediate_size\":48,\"norm_topk_prob\":true,"),
        "qwen2-moe-unnormalized" => Checkpoint.Mixture("Qwen2MoeForCausalLM", seed: 22, "\"moe_intermediate_size\":64,\"shared_expert_intermediate_size\":48,"),
        "qwen3-moe" => Checkpoint.Mixture("Qwen3MoeForCausalLM", seed: 23, "\"head_dim\":32,\"moe_intermediate_size\":48,\"norm_topk_prob\":true,\"mlp_only_layers\":[0],"),
        "gpt-oss" => Checkpoint.Mixture("GptOssForCausalLM", seed: 24, "\"swiglu_limit\":0.6,\"sliding_window\":6,"),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Checkpoint Dynamic(int positions)
    {
        var checkpoint = Checkpoint.Llama(seed: 25, """ "rope_scaling":{"rope_type":"dynamic","factor":4.0},""");
        checkpoint.Config["max_position_embeddings"] = positions;
        return checkpoint;
    }

    /// <summary>Compiles one case into a folder named after it and the precision.</summary>
    public static string Compile(string name, Precision precision, TemporaryFolder scratch, string folder)
    {
        var output = Path.Combine(folder, $"{name}-{precision}".ToLowerInvariant());
        ModelCompiler.Compile(new CompileRequest
        {
            SourceFolder = Make(name).Write(scratch),
            OutputFolder = output,
            Precision = precision,
            BlockSize = 16,
            Overwrite = true,
        }, null, CancellationToken.None);
        return output;
    }
}

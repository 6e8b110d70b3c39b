using Ingot.Compiler;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Engine.Tests.Equality;

/// <summary>
/// The models whose answers must be the same bits however they are computed: the shipped one, random weights in the shapes the compiler
/// knows, and random weights in graphs of others. Between them: heads of 32 to 128, shared or not, windows, soft caps, biases, norms of
/// heads, tied or not, and every kind of weights. Each folder is made when first asked for.
/// </summary>
public sealed class EqualityModels : IDisposable
{
    /// <summary>The model that has two rotary tables.</summary>
    public const string TwoTables = "phi3 int4, other rotations beyond 52 tokens";

    /// <summary>The longest sequence that its first table is for.</summary>
    public const int RotaryLimit = 52;

    private const string Shipped = "shipped";

    private static readonly Dictionary<string, CompiledShape> Compiled = new()
    {
        ["llama int4"] = new("LlamaForCausalLM", Precision.Int4, Hidden: 256, Inner: 384, Heads: 4, KvHeads: 2, HeadSize: 64),
        ["qwen2 int4 block 128"] = new("Qwen2ForCausalLM", Precision.Int4, Hidden: 192, Inner: 320, Heads: 6, KvHeads: 2, HeadSize: 32, BlockSize: 128, Tied: true),
        ["qwen2 int4 block 16"] = new("Qwen2ForCausalLM", Precision.Int4, Hidden: 144, Inner: 208, Heads: 3, KvHeads: 1, HeadSize: 48, BlockSize: 16, Tied: true),
        ["qwen3 int8"] = new("Qwen3ForCausalLM", Precision.Int8, Hidden: 160, Inner: 288, Heads: 4, KvHeads: 1, HeadSize: 128, Tied: true),
        ["mistral fp16"] = new("MistralForCausalLM", Precision.Fp16, Hidden: 320, Inner: 272, Heads: 4, KvHeads: 2, HeadSize: 80, Extra: "\"sliding_window\":null,"),
        ["llama fp32, rotations stretched"] = new("LlamaForCausalLM", Precision.Fp32, Hidden: 144, Inner: 200, Heads: 3, KvHeads: 3, HeadSize: 48,
            Extra: "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":4.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,\"original_max_position_embeddings\":128},"),
    };

    private static readonly Dictionary<string, TestDecoderOptions> Drawn = new()
    {
        ["mistral int4, windows of 20"] = new() { Architecture = TestArchitecture.Mistral, Precision = TestPrecision.Int4ZeroPoints, HeadSize = 64, Window = 20 },
        ["gemma2 fp16, soft caps, windows of 33"] = new() { Architecture = TestArchitecture.Gemma2, Precision = TestPrecision.Float16, HeadSize = 96, Window = 33 },
        ["phi2 int8, half turned"] = new() { Architecture = TestArchitecture.Phi2, Precision = TestPrecision.Int8ZeroPoints, HeadSize = 32 },
        ["experts int4, 4 of 32, sinks"] = new()
        {
            Precision = TestPrecision.Int4,
            HeadSize = 64,
            Window = 24,
            Architecture = TestArchitecture.Mistral,
            Sinks = true,
            Experts = new() { Count = 32, Chosen = 4, Inner = 96, Alpha = 1.702f, Beta = 1, Limit = 3, Bias = true },
        },
        ["experts fp16, 2 of 8 beside one for all"] = new()
        {
            Architecture = TestArchitecture.Qwen3,
            Precision = TestPrecision.Float16,
            HeadSize = 32,
            Experts = new() { Inner = 80, Shared = 48, Normalize = false },
        },
        ["phi3 bf16, packed"] = new() { Architecture = TestArchitecture.Phi3, Precision = TestPrecision.BFloat16, PackedQkv = true, Vocabulary = 203, FeedForward = 104 },
        [TwoTables] = new() { Architecture = TestArchitecture.Phi3, Precision = TestPrecision.Int4, PackedQkv = true, HeadSize = 32, ShortPositions = RotaryLimit },
    };

    private readonly TemporaryFolder _scratch = new();
    private readonly Dictionary<string, int[][]> _answers = [];

    /// <summary>Their names, as theories take them.</summary>
    public static TheoryData<string> Names => [Shipped, .. Compiled.Keys, .. Drawn.Keys];

    /// <summary>A model's folder, opened.</summary>
    public ModelFolder Open(string name) => ModelFolder.Open(FolderOf(name));

    /// <summary>Where a model is.</summary>
    internal string FolderOf(string name)
    {
        if (name == Shipped)
            return ShippedModel.Folder;
        string folder = _scratch[string.Concat(name.Where(char.IsAsciiLetterOrDigit))];
        lock (_scratch)
        {
            if (!Directory.Exists(folder))
                Make(name, folder);
        }
        return folder;
    }

    /// <summary>What is worked out once for each model.</summary>
    internal async Task<int[][]> Once(string name, Func<Task<int[][]>> answers) =>
        _answers.TryGetValue(name, out int[][]? known) ? known : _answers[name] = await answers();

    public void Dispose() => _scratch.Dispose();

    private void Make(string name, string folder)
    {
        if (Compiled.TryGetValue(name, out CompiledShape? shape))
        {
            ModelCompiler.Compile(new CompileRequest
            {
                RandomWeightsConfig = _scratch.Write($"{Path.GetFileName(folder)}.json", shape.Config),
                OutputFolder = folder,
                Precision = shape.Precision,
                BlockSize = shape.BlockSize,
                Seed = 7,
            }, null, default);
            return;
        }
        TestDecoderOptions options = Drawn[name] with { Positions = CompiledShape.Context };
        Directory.CreateDirectory(folder);
        DecoderDescription graph = TestDecoderGraphs.Write(options, folder);
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), $$"""
            {
              "model": {
                "type": "test", "context_length": {{options.Positions}}, "vocab_size": {{options.Vocabulary}}, "eos_token_id": 0,
                "decoder": {
                  "filename": "{{Path.GetFileName(graph.OnnxPath)}}", "head_size": {{options.HeadSize}}, "num_attention_heads": {{options.QueryHeads}},
                  "num_hidden_layers": {{options.Layers}}, "num_key_value_heads": {{options.KvHeads}}
                }
              }
            }
            """);
    }

    private sealed record CompiledShape(
        string Architecture, Precision Precision, int Hidden, int Inner, int Heads, int KvHeads, int HeadSize, int BlockSize = 32, bool Tied = false, string Extra = "")
    {
        public const int Context = 512;

        public string Config => $$"""
            {"architectures":["{{Architecture}}"],{{Extra}}"hidden_size":{{Hidden}},"intermediate_size":{{Inner}},"num_hidden_layers":2,
            "num_attention_heads":{{Heads}},"num_key_value_heads":{{KvHeads}},"head_dim":{{HeadSize}},"max_position_embeddings":{{Context}},
            "rms_norm_eps":1e-6,"rope_theta":10000.0,"vocab_size":515,"tie_word_embeddings":{{(Tied ? "true" : "false")}},"hidden_act":"silu"}
            """;
    }
}

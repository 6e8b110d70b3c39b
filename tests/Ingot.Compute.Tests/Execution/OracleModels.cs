using System.Text.Json;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>The models whose logits ONNX Runtime has recorded, and the tokens it was given.</summary>
internal static class OracleModels
{
    public const int PromptLength = 12;
    public const int DecodeSteps = 3;

    public static IReadOnlyList<TestDecoderOptions> All { get; } =
    [
        new() { Architecture = TestArchitecture.Llama },
        new() { Architecture = TestArchitecture.Llama, RotaryInAttention = false, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Float16, PackedQkv = true },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4 },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4, AccuracyLevel = 1 },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4ZeroPoints, PackedQkv = true },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int8 },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int8ZeroPoints, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Llama, Precision = TestPrecision.Int4, BlockSize = 128 },
        new() { Architecture = TestArchitecture.Llama, Interleaved = true },
        new() { Architecture = TestArchitecture.Llama, Interleaved = true, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Qwen2 },
        new() { Architecture = TestArchitecture.Qwen2, PackedQkv = true, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4, TiedEmbedding = true },
        new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Int4ZeroPoints, TiedEmbedding = true, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Qwen2, Precision = TestPrecision.Float16, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Qwen3 },
        new() { Architecture = TestArchitecture.Qwen3, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Qwen3, Precision = TestPrecision.Int4, AccuracyLevel = 1 },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, Precision = TestPrecision.Int4 },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 32 },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 8 },
        new() { Architecture = TestArchitecture.Phi3, PackedQkv = true, ShortPositions = 13 },
        new() { Architecture = TestArchitecture.Mistral },
        new() { Architecture = TestArchitecture.Mistral, Precision = TestPrecision.Int4, AccuracyLevel = 1 },
        new() { Architecture = TestArchitecture.Gemma2 },
        new() { Architecture = TestArchitecture.Gemma2, Precision = TestPrecision.Float16 },
        new() { Architecture = TestArchitecture.Gemma2, Precision = TestPrecision.Int4 },
        new() { Architecture = TestArchitecture.Phi2, HeadSize = 32 },
        new() { Architecture = TestArchitecture.Phi2, HeadSize = 32, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Phi2, HeadSize = 32, Precision = TestPrecision.Int4, RotaryInAttention = false },
        new() { Architecture = TestArchitecture.Llama, Sinks = true },
        new() { Architecture = TestArchitecture.Mistral, Sinks = true, Seed = 3 },
        .. ExpertModels.Recorded,
    ];

    /// <summary>A name of its own for each: two differ only in how long the short table is.</summary>
    public static string NameOf(TestDecoderOptions options) =>
        options.ShortPositions > 0 ? $"{options.Name}{options.ShortPositions}" : options.Name;

    /// <summary>Prompt and the tokens decoded after it.</summary>
    public static int[] Tokens(TestDecoderOptions options)
    {
        var random = new TestRandom(99);
        return [.. Enumerable.Range(0, PromptLength + DecodeSteps).Select(_ => random.Below(options.Vocabulary))];
    }

    public static IReadOnlyDictionary<string, OracleAnswer> Recorded()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Execution", "Oracles", "decoders.json");
        return JsonSerializer.Deserialize<Dictionary<string, OracleAnswer>>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
    }
}

/// <summary>What ONNX Runtime answered for one model.</summary>
/// <param name="Rows">Some rows of logits: of the prompt and of each decoded token.</param>
internal sealed record OracleAnswer(IReadOnlyList<OracleRow> Rows);

/// <summary>One row of logits.</summary>
/// <param name="Position">The token's position.</param>
/// <param name="Rms">Root mean square of the whole row.</param>
/// <param name="ArgMax">Index of its largest number.</param>
/// <param name="Margin">How far the largest is above the second.</param>
/// <param name="Logits">Every so many-th number, from the first.</param>
internal sealed record OracleRow(int Position, float Rms, int ArgMax, float Margin, IReadOnlyList<float> Logits);

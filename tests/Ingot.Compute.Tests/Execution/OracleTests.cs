using System.Text.Json;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution;

/// <summary>Our logits against ONNX Runtime's on the same models (how they were recorded: <c>tests/oracles/onnx</c>).</summary>
public sealed class OracleTests
{
    private const int Stride = 6;

    public static TheoryData<string> Models => [.. OracleModels.All.Select(OracleModels.NameOf)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_agree_with_those_of_onnx_runtime(string name)
    {
        var options = OracleModels.All.Single(o => OracleModels.NameOf(o) == name);
        var recorded = OracleModels.Recorded()[name];
        var rows = OurRows(options);

        double difference = 0, size = 0;
        foreach (var expected in recorded.Rows)
        {
            var row = rows[expected.Position];
            for (var i = 0; i < expected.Logits.Count; i++)
            {
                difference += Math.Pow(row[i * Stride] - expected.Logits[i], 2);
                size += Math.Pow(expected.Rms, 2);
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: difference {Math.Sqrt(difference / size):E2} of the rms up to position {expected.Position}");
        }

        var relative = Math.Sqrt(difference / size);
        Assert.True(relative <= Tolerance(options), $"{name}: {relative:E2} of the logits' rms is above {Tolerance(options):E1}.");
        foreach (var expected in recorded.Rows.Where(expected => expected.Margin > 6 * Tolerance(options) * expected.Rms))
            Assert.Equal(expected.ArgMax, Array.IndexOf(rows[expected.Position], rows[expected.Position].Max()));
    }

    /// <summary>Writes the models that are to be recorded. Run with <c>-explicit only</c> and INGOT_ORACLE_MODELS set to a folder.</summary>
    [Fact(Explicit = true)]
    public void Write_the_models_to_be_recorded()
    {
        var target = Environment.GetEnvironmentVariable("INGOT_ORACLE_MODELS");
        Assert.False(string.IsNullOrEmpty(target), "INGOT_ORACLE_MODELS names no folder.");
        foreach (var options in OracleModels.All)
        {
            var folder = Directory.CreateDirectory(Path.Combine(target, OracleModels.NameOf(options))).FullName;
            TestDecoderGraphs.Write(options, folder);
            var tokens = OracleModels.Tokens(options);
            var scenario = new
            {
                Prompt = tokens[..OracleModels.PromptLength],
                Decode = tokens[OracleModels.PromptLength..],
                options.Layers,
                options.KvHeads,
                options.HeadSize,
                HasPositions = !options.RotaryInAttention,
                IsHalf = options.Precision == TestPrecision.Float16,
                BeginsAgainAfter = options.ShortPositions,
                Stride,
            };
            File.WriteAllText(Path.Combine(folder, "scenario.json"), JsonSerializer.Serialize(scenario, JsonSerializerOptions.Web));
        }
    }

    // ONNX Runtime at accuracy level 4 takes activations as 8 bits in groups of a block, as we do in groups of 32; at level 1
    // it keeps them as floats: the difference is then the noise of our 8 bits.
    private static float Tolerance(TestDecoderOptions options) => options switch
    {
        { Precision: TestPrecision.Float32 } => 1e-4f,
        { Precision: TestPrecision.Float16 } => 5e-3f,
        { AccuracyLevel: 4, BlockSize: 32 } => 5e-3f,
        _ => 3e-2f,
    };

    private static List<float[]> OurRows(TestDecoderOptions options)
    {
        using var decoder = new LoadedDecoder(options, contextLength: options.Positions);
        Assert.Equal(options.ShortPositions > 0 ? [options.ShortPositions] : [], decoder.Executor.RotaryLimits);
        var tokens = OracleModels.Tokens(options);
        int[] blocks = [3];
        List<float[]> rows = [.. decoder.Run(tokens.AsSpan(0, OracleModels.PromptLength), 0, blocks)];
        for (var i = OracleModels.PromptLength; i < tokens.Length; i++)
        {
            // Where the sequence takes another table it is computed from its beginning, as onnxruntime-genai does.
            var first = decoder.Executor.RotaryLimits.Contains(i) ? 0 : i;
            rows.Add(decoder.Run(tokens.AsSpan(first, i + 1 - first), first, blocks)[^1]);
        }

        return rows;
    }
}

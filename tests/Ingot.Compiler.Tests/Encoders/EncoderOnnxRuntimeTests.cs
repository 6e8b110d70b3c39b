using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>
/// Holds the recorded rows of ONNX Runtime, which ran the encoder folders this compiler makes on padded batches, against the
/// reference forward pass. The recording is made by <c>tests/oracles/compiler</c>.
/// </summary>
public sealed class EncoderOnnxRuntimeTests
{
    private const string OracleFolder = "INGOT_ORACLE_FOLDER";

    public static TheoryData<string> Cases => [.. EncoderCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Onnx_runtime_agrees_with_the_reference_on_fp32(string name) => Assert.InRange(Compare(name, Precision.Fp32), 0, 1e-4);

    // Half and block precision lose what they lose; a wrong operator, order or layout loses everything.
    [Theory]
    [InlineData(Precision.Fp16, 0.02)]
    [InlineData(Precision.Int8, 0.1)]
    [InlineData(Precision.Int4, 1.2)]
    public void Onnx_runtime_stays_near_the_reference_in_smaller_precisions(Precision precision, double tolerance) =>
        Assert.All(EncoderCases.Names, name => Assert.InRange(Compare(name, precision), 0, tolerance));

    [Fact]
    public void Encoder_folders_for_the_recording_are_written_on_demand()
    {
        var folder = Environment.GetEnvironmentVariable(OracleFolder);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{OracleFolder} is not set: the rows are not being recorded anew.");
        using var scratch = new TemporaryFolder();
        var encoders = Path.Combine(folder, "encoders");
        foreach (var name in EncoderCases.Names)
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                var output = EncoderCases.Compile(name, precision, scratch, encoders);
                File.WriteAllText(Path.Combine(output, "texts.json"), JsonSerializer.Serialize(EncoderCases.TextsOf(name)));
                Assert.True(File.Exists(Path.Combine(output, "model.onnx")));
            }
        }
    }

    private static double Compare(string name, Precision precision)
    {
        using var recording = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "onnxruntime-encoders.json")));
        var reference = new ReferenceEncoder(EncoderCases.Make(name));
        var recorded = recording.RootElement.GetProperty($"{name}-{precision}".ToLowerInvariant()).EnumerateArray().ToArray();
        var texts = EncoderCases.TextsOf(name);
        Assert.Equal(texts.Count, recorded.Length);
        var difference = 0.0;
        for (var i = 0; i < texts.Count; i++)
        {
            // The first, the last and a middle row: what a recording of reasonable size holds.
            var rows = reference.Run(texts[i]);
            double[] expected = [.. rows[0], .. rows[texts[i].Length / 2], .. rows[^1]];
            double[] actual = [.. recorded[i].EnumerateArray().Select(value => value.GetDouble())];
            Assert.Equal(expected.Length, actual.Length);
            difference = Math.Max(difference, expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max());
        }
        return difference;
    }
}

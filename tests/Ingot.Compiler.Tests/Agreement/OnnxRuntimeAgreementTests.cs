using System.Text.Json;
using Ingot.Compiler.Tests.Support;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Agreement;

/// <summary>
/// Holds the recorded logits of ONNX Runtime, which ran the folders this compiler makes, against the reference forward
/// pass. The recording is made by <c>tests/oracles/compiler</c>.
/// </summary>
public sealed class OnnxRuntimeAgreementTests
{
    private const string OracleFolder = "INGOT_ORACLE_FOLDER";

    public static TheoryData<string> Cases => [.. AgreementCases.Names, .. AgreementCases.Chosen];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Onnx_runtime_agrees_with_the_reference_on_fp32(string name)
    {
        var (difference, _) = Compare(name, Precision.Fp32);
        Assert.InRange(difference, 0, 1e-3);
    }

    // Half and block precision lose what they lose; a wrong operator, order or layout loses everything.
    [Theory]
    [InlineData(Precision.Fp16, 0.02)]
    [InlineData(Precision.Int8, 0.15)]
    [InlineData(Precision.Int4, 1.6)]
    public void Onnx_runtime_stays_near_the_reference_in_smaller_precisions(Precision precision, double tolerance)
    {
        foreach (var name in AgreementCases.Names)
        {
            var (difference, similarity) = Compare(name, precision);
            Assert.InRange(difference, 0, tolerance);
            // A router's scores that are a little off may choose another expert for a token.
            Assert.InRange(similarity, AgreementCases.Mixtures.Contains(name) ? 0.9 : 0.96, 1.0001);
        }
    }

    [Fact]
    public void Folders_for_the_recording_are_written_on_demand()
    {
        var folder = Environment.GetEnvironmentVariable(OracleFolder);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{OracleFolder} is not set: the logits are not being recorded anew.");
        using var scratch = new TemporaryFolder();
        foreach (var name in AgreementCases.Names)
        {
            foreach (var precision in Enum.GetValues<Precision>())
                Assert.True(File.Exists(Path.Combine(AgreementCases.Compile(name, precision, scratch, folder), "model.onnx")));
        }
        foreach (var name in AgreementCases.Chosen)
            AgreementCases.Compile(name, Precision.Fp32, scratch, folder);
        File.WriteAllText(Path.Combine(folder, "tokens.json"), JsonSerializer.Serialize(AgreementCases.Tokens));
    }

    private static (double Difference, double Similarity) Compare(string name, Precision precision)
    {
        using var recording = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "onnxruntime-logits.json")));
        Assert.Equal(AgreementCases.Tokens, recording.RootElement.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()));
        var key = $"{name}-{precision}".ToLowerInvariant();
        double[] recorded = [.. recording.RootElement.GetProperty("logits").GetProperty(key).EnumerateArray().Select(value => value.GetDouble())];
        double[] expected = [.. new ReferenceDecoder(AgreementCases.Make(name)).Run(AgreementCases.Tokens).TakeLast(4).SelectMany(row => row)];
        Assert.Equal(expected.Length, recorded.Length);
        var difference = expected.Zip(recorded, (one, other) => Math.Abs(one - other)).Max();
        var product = expected.Zip(recorded, (one, other) => one * other).Sum();
        return (difference, product / Math.Sqrt(expected.Sum(value => value * value) * recorded.Sum(value => value * value)));
    }
}

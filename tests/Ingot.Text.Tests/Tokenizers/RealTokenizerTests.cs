using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

/// <summary>
/// Published tokenizers are too large for the repository: these tests run where <c>INGOT_TOKENIZERS</c> names a folder
/// that has them, one folder each.
/// </summary>
public sealed class RealTokenizerTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    [InlineData("phi3")]
    [InlineData("qwen2.5")]
    [InlineData("bert")]
    public void Answers_as_recorded(string name)
    {
        var differences = Vectors.Differences(Load(name), Vectors.Read($"real/{name}.json"));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static Tokenizer Load(string name)
    {
        var root = Environment.GetEnvironmentVariable("INGOT_TOKENIZERS");
        Assert.SkipUnless(root is not null, "INGOT_TOKENIZERS does not name a folder of published tokenizers.");
        var folder = Path.Combine(root!, name);
        Assert.SkipUnless(Directory.Exists(folder), $"INGOT_TOKENIZERS has no folder '{name}'.");
        return Tokenizer.Load(folder);
    }
}

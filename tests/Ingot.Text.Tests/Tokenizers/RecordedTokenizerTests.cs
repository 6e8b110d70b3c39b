using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Tokenizers;

/// <summary>Small tokenizers in the formats of published ones, against an independent implementation's recorded answers.</summary>
public sealed class RecordedTokenizerTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    [InlineData("gpt4o")]
    [InlineData("tekken")]
    [InlineData("deepseek")]
    [InlineData("smollm")]
    [InlineData("falcon")]
    [InlineData("llama2")]
    [InlineData("phi3")]
    [InlineData("mistral")]
    [InlineData("gemma")]
    [InlineData("bert")]
    [InlineData("bert-cased")]
    [InlineData("bert-accents")]
    [InlineData("mpnet")]
    [InlineData("xlmr")]
    [InlineData("t5")]
    [InlineData("albert")]
    [InlineData("nmt")]
    public void Answers_as_recorded(string name)
    {
        var vectors = Vectors.Read($"{name}/vectors.json");
        var differences = Vectors.Differences(Tokenizer.Load(Path.Combine(Vectors.Folder, name)), vectors);
        Assert.True(vectors.Count > 50);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}

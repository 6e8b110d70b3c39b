using System.Security.Cryptography;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Service.Chat;
using Ingot.Testing;

namespace Ingot.Service.Tests.Chat;

/// <summary>The whole way from messages to text, compared with an implementation that shares no code with this one.</summary>
public sealed class GreedyTextTests(ShippedModelFixture shipped, ITestOutputHelper output) : IClassFixture<ShippedModelFixture>
{
    /// <summary>Stands for every token that ends an answer.</summary>
    private const int End = -1;

    /// <summary>
    /// Engines round 8-bit activations differently; this far apart two logits can change places. Over a vocabulary whose
    /// most likely token usually leads by several units, that is next to nothing.
    /// </summary>
    private const double NearTie = 0.25;

    private readonly GreedyRecording _recording = GreedyRecording.Read();

    [Fact]
    public void The_recording_is_of_the_shipped_weights()
    {
        byte[] weights = File.ReadAllBytes(Path.Combine(ShippedModel.Folder, "model.onnx.data"));
        Assert.True(
            Convert.ToHexStringLower(SHA256.HashData(weights)) == _recording.Weights,
            "The shipped model is not the recorded one: record again as tests/oracles/greedy/README.md says.");
    }

    [Fact]
    public void Prompts_have_the_recorded_tokens()
    {
        Assert.True(_recording.Prompts.Count >= 20);
        foreach (var prompt in _recording.Prompts)
            Assert.Equal(prompt.Prompt, PromptTokens(prompt));
    }

    [Fact]
    public void Answers_decode_to_the_recorded_text()
    {
        foreach (var prompt in _recording.Prompts)
            Assert.Equal(prompt.Text, shipped.Model.Tokenizer.Decode(prompt.Tokens));
    }

    [Fact]
    public async Task Greedy_answers_are_the_recorded_ones_but_for_near_ties()
    {
        var others = 0;
        foreach (var prompt in _recording.Prompts)
        {
            List<int> expected = [.. prompt.Tokens];
            if (prompt.IsEnded)
                expected.Add(End);
            var actual = await AnswerAsync(prompt);
            if (actual.SequenceEqual(expected))
                continue;

            others++;
            var step = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.True(step < expected.Count && step < actual.Count, $"An answer goes on where the other has ended: {prompt.Text}");
            output.WriteLine($"Token {step} of \"{prompt.Text}\" is {actual[step]}, recorded {expected[step]}; the second there was {prompt.Second[step]}, {prompt.Gap[step]} behind.");
            Assert.Equal(OrEnd(prompt.Second[step]), actual[step]);
            Assert.InRange(prompt.Gap[step], 0, NearTie);
        }

        Assert.InRange(others, 0, _recording.Prompts.Count / 10);
    }

    private List<int> PromptTokens(GreedyPrompt prompt) =>
        shipped.Model.Tokenizer.Encode(PromptBuilder.Render(prompt.ToTurn(), shipped.Model), addSpecialTokens: false);

    private async Task<List<int>> AnswerAsync(GreedyPrompt prompt)
    {
        var request = new GenerationRequest
        {
            Prompt = PromptTokens(prompt),
            Sampling = new SamplingOptions { Temperature = 0 },
            MaxTokens = _recording.MaxTokens,
        };
        var tokens = new List<int>();
        await foreach (var item in shipped.Model.Engine.Generate(request, TestContext.Current.CancellationToken))
        {
            if (item.Token is { } token)
                tokens.Add(token);
            if (item.Finish == FinishReason.Stop)
                tokens.Add(End);
        }

        return tokens;
    }

    private int OrEnd(int token) => shipped.Model.Folder.Config.EndOfSequenceIds.Contains(token) ? End : token;
}

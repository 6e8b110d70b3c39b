using System.ClientModel;
using Ingot.Testing;
using OpenAI;
using OpenAI.Chat;

namespace Ingot.Server.Tests;

/// <summary>OpenAI's own .NET client, pointed at Ingot.</summary>
public sealed class OfficialDotnetClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly ChatCompletionOptions Greedy = new() { Temperature = 0 };

    [Fact]
    public async Task It_gets_a_whole_answer_with_its_counts()
    {
        ChatCompletion answer = await Client().CompleteChatAsync([new UserChatMessage(ShippedModel.Question)], Greedy);

        Assert.Contains(ShippedModel.AnswerWord, answer.Content[0].Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.StartsWith("chatcmpl-", answer.Id, StringComparison.Ordinal);
        Assert.Equal(answer.Usage.TotalTokenCount, answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
        Assert.True(answer.Usage.OutputTokenCount > 3);
    }

    [Fact]
    public async Task It_streams_the_same_answer_in_pieces()
    {
        ChatCompletion whole = await Client().CompleteChatAsync([new UserChatMessage(ShippedModel.Question)], Greedy);

        string text = "";
        int pieces = 0;
        ChatFinishReason? finish = null;
        await foreach (StreamingChatCompletionUpdate update in Client().CompleteChatStreamingAsync([new UserChatMessage(ShippedModel.Question)], Greedy))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            pieces++;
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(pieces > 3, $"only {pieces} pieces");
    }

    [Fact]
    public async Task A_token_limit_ends_the_answer_with_the_reason_length()
    {
        ChatCompletion answer = await Client().CompleteChatAsync(
            [new UserChatMessage(ShippedModel.Question)], new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 3 });

        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal(3, answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Log_probabilities_come_with_every_token()
    {
        ChatCompletion answer = await Client().CompleteChatAsync(
            [new UserChatMessage(ShippedModel.Question)],
            new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 4, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 });

        Assert.Equal(4, answer.ContentTokenLogProbabilities.Count);
        Assert.All(answer.ContentTokenLogProbabilities, token =>
        {
            Assert.True(token.LogProbability <= 0);
            Assert.Equal(2, token.TopLogProbabilities.Count);
            Assert.Equal(token.LogProbability, token.TopLogProbabilities[0].LogProbability, 3);
        });
    }

    [Fact]
    public async Task A_refusal_reaches_it_with_status_and_words()
    {
        var refusal = await Assert.ThrowsAsync<ClientResultException>(
            () => Client("no-such-model").CompleteChatAsync([new UserChatMessage("Hi")]));

        Assert.Equal(404, refusal.Status);
        Assert.Contains("no-such-model", refusal.Message, StringComparison.Ordinal);
    }

    private ChatClient Client(string model = ShippedModel.Name) =>
        new(model, new ApiKeyCredential("not-needed"), new OpenAIClientOptions { Endpoint = new Uri($"{server.Url}/v1") });
}

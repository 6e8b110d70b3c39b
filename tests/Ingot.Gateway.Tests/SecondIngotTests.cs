using System.ClientModel;
using Ingot.Service.Providers;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Ingot.Gateway.Tests;

/// <summary>One Ingot before another, asked by OpenAI's own .NET client, on both of its surfaces.</summary>
public sealed class SecondIngotTests
{
    [Theory]
    [InlineData("/v1")]
    [InlineData("/openai/v1")]
    public async Task Chats_pass_whole_and_streamed(string surface)
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back));
        var client = new ChatClient("far", new ApiKeyCredential("mine"), new OpenAIClientOptions { Endpoint = new Uri(front.Url + surface) });

        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage("Hi")]);
        string streamed = "";
        ChatFinishReason? finish = null;
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync([new UserChatMessage("Hi")]))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal(("here", "here", ChatFinishReason.Stop), (whole.Content[0].Text, streamed, finish));
        Assert.Equal("tiny:1", whole.Model);
        Assert.True(whole.Usage.TotalTokenCount > 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public async Task Responses_pass_or_are_made_of_chats(bool? hasResponses)
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back) with { HasResponses = hasResponses });
        var client = new ResponsesClient(new ApiKeyCredential("mine"), new ResponsesClientOptions { Endpoint = new Uri($"{front.Url}/openai/v1") });

        ResponseResult whole = await client.CreateResponseAsync("far", "Hi");
        var next = new CreateResponseOptions { Model = "far", PreviousResponseId = whole.Id, StreamingEnabled = true };
        next.InputItems.Add(ResponseItem.CreateUserMessageItem("And?"));
        ResponseResult? last = null;
        await foreach (StreamingResponseUpdate update in await client.CreateResponseStreamingAsync(next))
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? last;

        Assert.Equal(("here", "here"), (whole.GetOutputText(), last!.GetOutputText()));
        Assert.Equal(ResponseStatus.Completed, last.Status);
        Assert.True(last.Usage.InputTokenCount > whole.Usage.InputTokenCount);
    }

    [Fact]
    public async Task A_refusal_of_the_second_is_the_firsts()
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back) with { Models = [new ProviderModel("no-such-model", "far")] });
        var client = new ChatClient("far", new ApiKeyCredential("mine"), new OpenAIClientOptions { Endpoint = new Uri($"{front.Url}/v1") });

        ClientResultException refusal = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("Hi")]));

        Assert.Equal(404, refusal.Status);
        Assert.Contains("no-such-model", refusal.Message, StringComparison.Ordinal);
    }

    private static ModelProvider Behind(GatewayService back) => GatewayService.Provider(new Uri($"{back.Url}/v1")) with { Models = [new ProviderModel("tiny", "far")] };
}

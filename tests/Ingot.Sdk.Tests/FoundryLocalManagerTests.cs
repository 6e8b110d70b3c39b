using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Tests;

/// <summary>The library in this process.</summary>
[Collection(OneManager.Name)]
public sealed class FoundryLocalManagerTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() =>
        await FoundryLocalManager.CreateAsync(new Configuration { AppName = "ingot-tests" }, NullLogger.Instance);

    public ValueTask DisposeAsync()
    {
        FoundryLocalManager.Instance.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_second_instance_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(
            () => FoundryLocalManager.CreateAsync(new Configuration { AppName = "again" }, NullLogger.Instance));

        Assert.Equal("FoundryLocalManager has already been created.", refusal.Message);
    }

    [Theory]
    [InlineData("", "Configuration AppName must be set to a valid application name.")]
    [InlineData("a/b", "Configuration AppName value contains invalid characters.")]
    public async Task A_name_that_cannot_be_one_is_refused(string name, string message)
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => FoundryLocalManager.CreateAsync(new Configuration { AppName = name }, NullLogger.Instance));

        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public async Task The_shipped_model_needs_no_download_and_answers_whole_as_it_streams()
    {
        IModel model = await LoadedModelAsync();
        OpenAIChatClient client = await model.GetChatClientAsync();
        client.Settings.Temperature = 0;
        List<ChatMessage> messages = [new ChatMessage { Role = "user", Content = ShippedModel.Question }];

        ChatCompletionCreateResponse whole = await client.CompleteChatAsync(messages);
        var streamed = new List<ChatCompletionCreateResponse>();
        await foreach (ChatCompletionCreateResponse piece in client.CompleteChatStreamingAsync(messages, CancellationToken.None))
            streamed.Add(piece);

        Assert.Equal(whole.Choices[0].Message.Content, string.Concat(streamed.Select(piece => piece.Choices[0].Message.Content)));
        Assert.Equal("stop", whole.Choices[0].FinishReason);
        Assert.True(streamed.Count > 3, "the answer came in one piece");
        Assert.True(whole.Usage!.CompletionTokens > 0);
    }

    [Fact]
    public async Task A_model_must_be_loaded_before_it_chats()
    {
        ICatalog catalog = await FoundryLocalManager.Instance.GetCatalogAsync();
        IModel model = (await catalog.GetModelAsync(ShippedModel.Name))!;

        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => model.GetChatClientAsync());

        Assert.Equal($"Model {model.Id} is not loaded. Call LoadAsync first.", refusal.Message);
    }

    [Fact]
    public async Task Loading_and_unloading_shows_in_the_catalog()
    {
        IModel model = await LoadedModelAsync();
        ICatalog catalog = await FoundryLocalManager.Instance.GetCatalogAsync();

        Assert.Contains(await catalog.GetLoadedModelsAsync(), loaded => loaded.Id == model.Id);
        await model.UnloadAsync();
        Assert.Empty(await catalog.GetLoadedModelsAsync());
    }

    [Fact]
    public async Task Unloading_inside_a_stream_of_the_same_model_is_refused_and_works_after_it()
    {
        IModel model = await LoadedModelAsync();
        OpenAIChatClient client = await model.GetChatClientAsync();
        List<ChatMessage> messages = [ChatMessage.FromUser(ShippedModel.Question)];

        await foreach (ChatCompletionCreateResponse _ in client.CompleteChatStreamingAsync(messages, CancellationToken.None))
        {
            var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => model.UnloadAsync());
            Assert.Contains("1 request(s) still use it", refusal.Message, StringComparison.Ordinal);
            break;
        }

        await model.UnloadAsync();
        Assert.False(await model.IsLoadedAsync());
    }

    [Fact]
    public async Task An_unknown_alias_is_null_and_a_loaded_model_keeps_its_files()
    {
        ICatalog catalog = await FoundryLocalManager.Instance.GetCatalogAsync();
        IModel model = await LoadedModelAsync();

        Assert.Null(await catalog.GetModelAsync("no-such-model"));
        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(() => model.RemoveFromCacheAsync());
        Assert.Equal("cannot remove a loaded model from cache; unload it first", refusal.Message);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_with_the_callers_cancellation()
    {
        OpenAIChatClient client = await (await LoadedModelAsync()).GetChatClientAsync();
        using var stop = new CancellationTokenSource();
        List<ChatMessage> messages = [ChatMessage.FromUser(ShippedModel.Question)];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatCompletionCreateResponse _ in client.CompleteChatStreamingAsync(messages, stop.Token))
                await stop.CancelAsync();
        });
    }

    private static async Task<IModel> LoadedModelAsync()
    {
        ICatalog catalog = await FoundryLocalManager.Instance.GetCatalogAsync();
        IModel model = (await catalog.GetModelAsync(ShippedModel.Name))!;
        float last = -1;
        await model.DownloadAsync(progress => last = progress);
        Assert.Equal(100f, last);
        await model.LoadAsync();
        return model;
    }
}

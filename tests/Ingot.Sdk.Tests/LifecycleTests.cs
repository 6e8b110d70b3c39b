using System.Diagnostics;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Betalgo.Ranul.OpenAI.ObjectModels.ResponseModels;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Running;

namespace Ingot.Sdk.Tests;

/// <summary>Ends at every moment: of answers, loads, managers and windows' threads.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FoundryLocalManager _manager;

    public LifecycleTests() => _manager = OwnManager.Create(_folder.Path);

    [Fact]
    public async Task A_manager_disposed_between_two_pieces_ends_the_answer_with_a_word()
    {
        OpenAIChatClient client = await ClientAsync();
        IAsyncEnumerator<ChatCompletionCreateResponse> pieces = Stream(client).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await pieces.MoveNextAsync());

        await Task.Run(_manager.Dispose, TestContext.Current.CancellationToken).WaitAsync(Waits.Longest, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<FoundryLocalException>(async () => await pieces.MoveNextAsync());
        Assert.Contains("was disposed before", refusal.Message, StringComparison.Ordinal);
        await pieces.DisposeAsync();
        await Assert.ThrowsAsync<FoundryLocalException>(() => client.CompleteChatAsync(Messages()));
    }

    [Fact]
    public async Task Answers_and_loads_under_way_end_with_the_manager()
    {
        OpenAIChatClient client = await ClientAsync();
        client.Settings.MaxTokens = null;
        Task[] work = [.. Enumerable.Range(0, 4).Select(_ => client.CompleteChatAsync(Messages()))];
        IModel embed = (await (await _manager.GetCatalogAsync()).GetModelAsync(Ingot.Models.Catalog.BuiltInModel.EmbeddingAlias))!;
        Task load = embed.LoadAsync();

        _manager.Dispose();

        foreach (Task task in work.Append(load))
            Assert.True(await Record.ExceptionAsync(() => task) is null or FoundryLocalException);
    }

    [Fact]
    public void What_outlasts_the_manager_and_finds_things_disposed_is_told_why()
    {
        Session session = _manager.Session;
        var found = new ObjectDisposedException("engine");
        Assert.Null(session.Translate(found, CancellationToken.None));

        _manager.Dispose();

        Assert.Contains("was disposed before", Assert.IsType<FoundryLocalException>(session.Translate(found, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_within_a_tenth_of_a_second()
    {
        OpenAIChatClient client = await ClientAsync();
        await client.CompleteChatAsync(Messages());
        var times = new List<TimeSpan>();
        using var patience = new CancellationTokenSource(Waits.Longest);

        // A busy machine may take a moment away from any one try.
        while (!patience.IsCancellationRequested && !times.Exists(time => time < TimeSpan.FromMilliseconds(100)))
        {
            using var stop = new CancellationTokenSource();
            var watch = new Stopwatch();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (ChatCompletionCreateResponse _ in client.CompleteChatStreamingAsync(Messages(), stop.Token))
                {
                    watch.Start();
                    await stop.CancelAsync();
                }
            });
            times.Add(watch.Elapsed);
        }

        Assert.Contains(times, time => time < TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_cancelled_load_is_given_up_and_can_be_made_again()
    {
        IModel model = (await (await _manager.GetCatalogAsync()).GetModelAsync(ShippedModel.Name))!;
        using var stop = new CancellationTokenSource();

        Task load = model.LoadAsync(stop.Token);
        await stop.CancelAsync();

        Assert.True(await Record.ExceptionAsync(() => load) is null or OperationCanceledException);
        await model.LoadAsync();
        Assert.True(await model.IsLoadedAsync());
    }

    [Fact]
    public void A_thread_with_a_context_may_wait_for_everything()
    {
        Exception? failure = null;
        var window = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new ContextNobodyServes());
            failure = Record.Exception(() =>
            {
                OpenAIChatClient client = ClientAsync().ConfigureAwait(false).GetAwaiter().GetResult();
                Assert.NotEmpty(client.CompleteChatAsync(Messages()).GetAwaiter().GetResult().Choices);
                _manager.Dispose();
            });
        });

        window.Start();

        Assert.True(window.Join(Waits.Longest), "it waits for itself");
        Assert.Null(failure);
    }

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    private async Task<OpenAIChatClient> ClientAsync()
    {
        ICatalog catalog = await _manager.GetCatalogAsync().ConfigureAwait(false);
        IModel model = (await catalog.GetModelAsync(ShippedModel.Name).ConfigureAwait(false))!;
        await model.LoadAsync().ConfigureAwait(false);
        OpenAIChatClient client = await model.GetChatClientAsync().ConfigureAwait(false);
        client.Settings.MaxTokens = 60;
        return client;
    }

    private static IAsyncEnumerable<ChatCompletionCreateResponse> Stream(OpenAIChatClient client) =>
        client.CompleteChatStreamingAsync(Messages(), TestContext.Current.CancellationToken);

    private static List<ChatMessage> Messages() => [ChatMessage.FromUser(ShippedModel.Question)];

    /// <summary>Keeps what is posted for a thread that never comes.</summary>
    private sealed class ContextNobodyServes : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}

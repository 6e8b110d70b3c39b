using Ingot.Errors;
using Ingot.Testing;
using static Ingot.Engine.Tests.InferenceEngineTests;

namespace Ingot.Engine.Tests;

public sealed class TokenQueueTests
{
    [Fact]
    public async Task What_is_there_is_read_in_order_without_waiting_and_then_the_end()
    {
        var queue = new TokenQueue(default);
        queue.Put(new TokenEvent(1));
        queue.Put(new TokenEvent(2));
        queue.Complete();
        queue.Put(new TokenEvent(3));

        List<int?> read = [];
        await foreach (TokenEvent next in queue)
            read.Add(next.Token);

        Assert.Equal([1, 2], read);
        Assert.True(queue.IsLeft);
    }

    [Fact]
    public async Task A_waiting_reader_goes_on_when_it_is_woken_and_not_before()
    {
        var queue = new TokenQueue(default);
        await using IAsyncEnumerator<TokenEvent> reader = queue.GetAsyncEnumerator();
        queue.Execute();
        ValueTask<bool> first = reader.MoveNextAsync();
        queue.Execute();
        Assert.False(first.IsCompleted);

        queue.Put(new TokenEvent(1));
        Assert.False(first.IsCompleted);
        queue.Execute();

        Assert.True(first.IsCompletedSuccessfully && await first);
        Assert.Equal(1, reader.Current.Token);
        ValueTask<bool> second = reader.MoveNextAsync();
        queue.Execute();
        Assert.False(second.IsCompleted);
        queue.Complete();
        Assert.False(await second);
    }

    [Fact]
    public async Task A_failure_comes_after_what_was_there()
    {
        var queue = new TokenQueue(default);
        await using IAsyncEnumerator<TokenEvent> reader = queue.GetAsyncEnumerator();
        queue.Put(new TokenEvent(1));
        queue.Complete(new IngotException(ErrorCode.EngineStopped, "Stopped."));

        Assert.True(await reader.MoveNextAsync());
        await Assert.ThrowsAsync<IngotException>(() => reader.MoveNextAsync().AsTask());
        await Assert.ThrowsAsync<IngotException>(() => reader.MoveNextAsync().AsTask());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_cancels_ends_the_wait(bool isReader)
    {
        using var cancel = new CancellationTokenSource();
        var queue = new TokenQueue(isReader ? default : cancel.Token);
        await using IAsyncEnumerator<TokenEvent> reader = queue.GetAsyncEnumerator(isReader ? cancel.Token : default);
        ValueTask<bool> next = reader.MoveNextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => next.AsTask());
    }

    [Fact]
    public async Task A_reader_who_blocks_holds_up_no_other_for_good()
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockCount = 256 });
        using var othersAreDone = new ManualResetEventSlim();
        bool waited = false;
        async Task BlockAsync()
        {
            await foreach (TokenEvent _ in engine.Generate(Greedy([1], 40), default))
                waited |= othersAreDone.Wait(TimeSpan.FromSeconds(30));
        }

        Task blocked = BlockAsync();
        List<TokenEvent>[] others = await Task.WhenAll(Enumerable.Range(2, 4).Select(prompt => engine.Generate(Greedy([prompt], 60), default).Collect()));
        othersAreDone.Set();
        await blocked;

        Assert.True(waited);
        Assert.All(others, events => Assert.Equal(61, events.Count));
    }
}

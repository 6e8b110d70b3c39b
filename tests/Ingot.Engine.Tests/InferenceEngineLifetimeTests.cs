using Ingot.Errors;
using Ingot.Testing;
using static Ingot.Engine.Tests.InferenceEngineTests;

namespace Ingot.Engine.Tests;

public sealed class InferenceEngineLifetimeTests
{
    [Fact]
    public async Task Cancelling_ends_the_stream_and_frees_its_blocks()
    {
        using var held = new HeldRunner();
        using InferenceEngine engine = Start(held.Runner);
        using var cancel = new CancellationTokenSource();
        Task<List<TokenEvent>> reading = engine.Generate(Greedy(Some.Prompt(1, 100), 500), cancel.Token).Collect();
        held.WaitForStep();

        await cancel.CancelAsync();
        held.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await WholeCacheIsFree(engine, held.Runner);
    }

    [Fact]
    public async Task Leaving_the_enumeration_frees_its_blocks()
    {
        var runner = new FakeRunner { BlockCount = 256 };
        using InferenceEngine engine = Start(runner);

        await foreach (TokenEvent _ in engine.Generate(Greedy(Some.Prompt(1, 100), 900), default))
            break;

        await WholeCacheIsFree(engine, runner);
    }

    /// <summary>What ends the engine's thread ends the process, and with it this test run.</summary>
    [Fact]
    public async Task A_log_that_cannot_be_written_costs_nobody_an_answer()
    {
        var runner = new FakeRunner { OnStep = batch => { if (batch.Tokens[0] == 13) throw new InvalidOperationException("bad luck"); } };
        var log = new FullDisk<InferenceEngine>();
        using (var engine = new InferenceEngine(runner, new EngineOptions(), log))
        {
            Assert.Equal(ErrorCode.Internal, (await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Greedy([13], 5), default).Collect())).Code);
            await foreach (TokenEvent _ in engine.Generate(Greedy([1, 2], 500), default))
                break;
            Assert.Equal(runner.Expect([1, 2], 20), Tokens(await engine.Generate(Greedy([1, 2], 20), default).Collect()));
        }

        Assert.True(runner.IsDisposed);
        Assert.True(log.Count >= 3, "The start, the failure and the end were to be logged.");
    }

    [Fact]
    public async Task A_request_cancelled_before_it_is_read_is_dropped()
    {
        using var held = new HeldRunner();
        using InferenceEngine engine = Start(held.Runner, new EngineOptions { MaxSequences = 1, QueueCapacity = 1 });
        using var cancel = new CancellationTokenSource();
        Task<List<TokenEvent>> running = engine.Generate(Greedy([1], 5), default).Collect();
        held.WaitForStep();
        IAsyncEnumerable<TokenEvent> waiting = engine.Generate(Greedy([2], 5), cancel.Token);

        await cancel.CancelAsync();
        held.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Collect());
        Assert.Equal(6, (await running).Count);
        Assert.Equal(6, (await engine.Generate(Greedy([3], 5), default).Collect()).Count);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_takes_again_later()
    {
        using var held = new HeldRunner();
        using InferenceEngine engine = Start(held.Runner, new EngineOptions { MaxSequences = 2, QueueCapacity = 3 });
        List<Task<List<TokenEvent>>> accepted = [.. Enumerable.Range(0, 5).Select(i => engine.Generate(Greedy([i], 3), default).Collect())];

        var error = Assert.Throws<IngotException>(() => { engine.Generate(Greedy([9], 3), default); });
        held.Release();
        await Task.WhenAll(accepted);

        Assert.Equal(ErrorCode.QueueFull, error.Code);
        Assert.Equal(4, (await engine.Generate(Greedy([9], 3), default).Collect()).Count);
    }

    [Fact]
    public async Task Disposing_ends_everything_with_engine_stopped_and_disposes_the_model()
    {
        using var held = new HeldRunner();
        InferenceEngine engine = Start(held.Runner, new EngineOptions { MaxSequences = 2 });
        List<Task<List<TokenEvent>>> reading = [.. Enumerable.Range(0, 6).Select(i => engine.Generate(Greedy([i], 50), default).Collect())];
        held.WaitForStep();

        var disposers = Enumerable.Range(0, 3).Select(_ => new Thread(engine.Dispose)).ToList();
        disposers.ForEach(t => t.Start());

        // Not before it has heard of it: an engine that goes on may be through by then.
        Assert.True(SpinWait.SpinUntil(() => RefusalOf(engine) == ErrorCode.EngineStopped, Waits.Longest));
        held.Release();
        disposers.ForEach(t => t.Join());
        engine.Dispose();

        foreach (Task<List<TokenEvent>> task in reading)
            Assert.Equal(ErrorCode.EngineStopped, (await Assert.ThrowsAsync<IngotException>(() => task)).Code);
        Assert.True(held.Runner.IsDisposed);
        Assert.Equal(ErrorCode.EngineStopped, RefusalOf(engine));
    }

    [Fact]
    public void An_idle_engine_stops_at_once()
    {
        var runner = new FakeRunner();
        Start(runner).Dispose();
        Assert.True(runner.IsDisposed);
    }

    /// <summary>Why an engine takes no prompt without tokens.</summary>
    private static ErrorCode RefusalOf(InferenceEngine engine) => Assert.Throws<IngotException>(() => { engine.Generate(Greedy([], 1), default); }).Code;

    /// <summary>Runs a request that needs every block: it could not end if one were still held.</summary>
    private static async Task WholeCacheIsFree(InferenceEngine engine, FakeRunner runner)
    {
        int all = runner.BlockCount * runner.BlockSize;
        List<TokenEvent> events = await engine.Generate(Greedy(Some.Prompt(2, all - 10), 10), default).Collect();
        Assert.Equal(runner.Expect(Some.Prompt(2, all - 10), 10), Tokens(events));
        Assert.Equal(runner.BlockCount, engine.Statistics.FreeBlocks);
        Assert.Equal(0, engine.Statistics.Preemptions);
    }

    /// <summary>A runner whose first step waits until it is released.</summary>
    private sealed class HeldRunner : IDisposable
    {
        private readonly ManualResetEventSlim _inStep = new();
        private readonly ManualResetEventSlim _released = new();

        public HeldRunner() => Runner.OnStep = _ =>
        {
            _inStep.Set();
            _released.Wait();
        };

        public FakeRunner Runner { get; } = new() { BlockCount = 256, ContextLength = 2048 };

        public void WaitForStep() => _inStep.Wait();

        public void Release() => _released.Set();

        public void Dispose()
        {
            Release();
            _inStep.Dispose();
        }
    }
}

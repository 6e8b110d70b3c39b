using System.Runtime.InteropServices;
using Ingot.Engine.KvCache;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging;
using static Ingot.Engine.Tests.InferenceEngineTests;

[assembly: AssemblyFixture(typeof(EngineDefects))]

namespace Ingot.Engine.Tests;

/// <summary>Wrong bookkeeping is found and told, and costs no more than what is under way.</summary>
public sealed class EngineIntegrityTests
{
    private readonly List<LogLevel> _logged = [];

    [Fact]
    public async Task A_block_that_has_leaked_is_found_when_nothing_is_left_to_do()
    {
        var runner = new FakeRunner { BlockCount = 8 };
        var pool = new KvBlockPool(runner.BlockCount, runner.BlockSize);
        pool.TryGrow(new BlockTable(), tokens: 9);
        using InferenceEngine engine = Start(runner, pool);

        List<TokenEvent> events = await engine.Generate(Greedy(Some.Prompt(1, 27), 5), default).Collect();

        Assert.Equal(runner.Expect(Some.Prompt(1, 27), 5), Tokens(events));
        Assert.Equal((1, 8), (engine.Statistics.IntegrityFailures, engine.Statistics.FreeBlocks));
        Assert.Single(_logged, LogLevel.Critical);
    }

    [Fact]
    public async Task A_table_with_a_wrong_block_costs_the_requests_under_way_and_the_engine_begins_anew()
    {
        var runner = new FakeRunner { BlockCount = 8 };
        using InferenceEngine engine = Start(runner, new KvBlockPool(runner.BlockCount, runner.BlockSize));
        runner.OnStep = batch =>
        {
            if (batch.TokenCount == 3)
                MemoryMarshal.AsMemory(batch.Sequences[0].BlockTable).Span[0] = 5;
        };

        var error = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Greedy([1, 2, 3], 2), default).Collect());
        List<TokenEvent> next = await engine.Generate(Greedy([1, 2], 20), default).Collect();

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Equal(runner.Expect([1, 2], 20), Tokens(next));
        Assert.Equal((1, 8), (engine.Statistics.IntegrityFailures, engine.Statistics.FreeBlocks));
        Assert.Single(_logged, LogLevel.Critical);
    }

    [Fact]
    public async Task Nothing_is_wrong_after_steps_that_failed()
    {
        var runner = new FakeRunner { OnStep = batch => throw new InvalidOperationException("The graph broke.") };
        using InferenceEngine engine = Start(runner, new KvBlockPool(runner.BlockCount, runner.BlockSize));

        for (int i = 0; i < 3; i++)
            await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Greedy([1, 2, 3], 2), default).Collect());

        Assert.Equal(0, engine.Statistics.IntegrityFailures);
        Assert.DoesNotContain(LogLevel.Critical, _logged);
    }

    private InferenceEngine Start(FakeRunner runner, KvBlockPool pool) =>
        new(runner, new EngineOptions { Name = EngineDefects.Spoiled }, new LevelLogger(_logged), pool);

    private sealed class LevelLogger(List<LogLevel> levels) : ILogger<InferenceEngine>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (levels)
                levels.Add(logLevel);
        }
    }
}

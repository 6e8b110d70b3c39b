using Ingot.Engine.KvCache;
using Ingot.Engine.Sampling;
using Ingot.Engine.Scheduling;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

/// <summary>What was asked on one's behalf is found on the same one's alone: no time and no count tells others of it.</summary>
public sealed class CacheScopeTests
{
    private static readonly string?[] Scopes = ["one", "other", "", "One", null];

    [Fact]
    public async Task A_prompt_is_found_in_its_own_scope_and_answered_alike_in_all()
    {
        var runner = new FakeRunner { BlockSize = 4 };
        using InferenceEngine engine = InferenceEngineTests.Start(runner, new EngineOptions());
        GenerationRequest request = new() { Prompt = Some.Prompt(1, 41), MaxTokens = 10 };

        foreach (int expected in new[] { 0, 40 })
        {
            foreach (string? scope in Scopes)
            {
                List<TokenEvent> events = await engine.Generate(request with { CacheScope = scope }, default).Collect();
                Assert.Equal((scope, expected), (scope, events[^1].Usage!.CachedTokens));
                Assert.Equal(runner.Expect([.. request.Prompt], 10), InferenceEngineTests.Tokens(events));
            }
        }
    }

    [Fact]
    public async Task A_conversation_goes_on_in_its_scope_and_what_was_said_in_it_is_no_others()
    {
        using InferenceEngine engine = InferenceEngineTests.Start(new FakeRunner { BlockSize = 4 }, new EngineOptions());
        GenerationRequest request = new() { Prompt = Some.Prompt(1, 41), MaxTokens = 10, CacheScope = "one" };
        List<TokenEvent> answer = await engine.Generate(request, default).Collect();
        request = request with { Prompt = [.. request.Prompt, .. InferenceEngineTests.Tokens(answer), 7, 8], MaxTokens = 1 };

        Assert.Equal(0, await Cached(engine, request with { CacheScope = "other" }));
        Assert.Equal(48, await Cached(engine, request));
    }

    [Fact]
    public async Task An_earlier_answer_is_guessed_in_its_own_scope_only()
    {
        using InferenceEngine engine = InferenceEngineTests.Start(new FakeRunner { OnStep = _ => Thread.SpinWait(5_000) }, new EngineOptions { MaxDraftTokens = 24 });
        GenerationRequest request = new() { Prompt = [1, 2, 3], MaxTokens = 100, Sampling = new SamplingOptions { Temperature = 0 }, CacheScope = "one" };
        List<TokenEvent> first = await engine.Generate(request, default).Collect();

        List<TokenEvent> other = await engine.Generate(request with { CacheScope = "other" }, default).Collect();
        List<TokenEvent> nobody = await engine.Generate(request with { CacheScope = null }, default).Collect();
        List<TokenEvent> again = await engine.Generate(request, default).Collect();

        Assert.All(new[] { first, other, nobody }, events => Assert.InRange(events[^1].Usage!.AcceptedDrafts, 0, 20));
        Assert.InRange(again[^1].Usage!.AcceptedDrafts, 50, 99);
        Assert.All(new[] { other, nobody, again }, events => Assert.Equal(InferenceEngineTests.Tokens(first), InferenceEngineTests.Tokens(events)));
    }

    [Fact]
    public async Task Answers_to_one_prompt_share_it_in_any_scope()
    {
        using InferenceEngine engine = InferenceEngineTests.Start(new FakeRunner { BlockSize = 4 }, new EngineOptions());
        GenerationRequest request = new() { Prompt = Some.Prompt(1, 41), MaxTokens = 3 };
        await engine.Generate(request with { CacheScope = "other" }, default).Collect();

        List<TokenEvent>[] forks = await Task.WhenAll(engine.Generate(request with { CacheScope = "one" }, 3, default).Select(events => events.Collect()));

        Assert.Equal([0, 41, 41], forks.Select(events => events[^1].Usage!.CachedTokens));
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task Switched_off_a_scope_finds_nothing_of_its_own_either()
    {
        using InferenceEngine engine = InferenceEngineTests.Start(new FakeRunner { BlockSize = 4 }, new EngineOptions { PrefixCache = false });
        GenerationRequest request = new() { Prompt = Some.Prompt(1, 41), MaxTokens = 1, CacheScope = "one" };

        Assert.Equal((0, 0), (await Cached(engine, request), await Cached(engine, request)));
    }

    [Theory]
    [InlineData("one", "one", true)]
    [InlineData(null, null, true)]
    [InlineData("one", "other", false)]
    [InlineData("one", null, false)]
    [InlineData(null, "one", false)]
    public void A_beginning_that_is_being_read_is_waited_for_in_its_own_scope_only(string? one, string? other, bool waits)
    {
        var scheduler = new Scheduler(new KvBlockPool(400, blockSize: 4), maxSequences: 8, tokenBudget: 64);
        int[] beginning = Some.Prompt(1, 80);
        Sequence first = Sequence([.. beginning, 1, 2], one, LengthRanges.One), second = Sequence([.. beginning, 4, 5, 6], other, LengthRanges.One);
        scheduler.Add(first);
        scheduler.Schedule();
        first.Yielded.Add(1);
        scheduler.Complete();
        scheduler.Add(second);

        scheduler.Schedule();

        Assert.Equal(waits ? SequenceState.Waiting : SequenceState.Running, second.State);
        Assert.Equal(0, second.CachedTokens);
    }

    [Fact]
    public void A_range_of_lengths_is_found_in_the_same_range_of_the_same_scope()
    {
        var ranges = new LengthRanges([20]);
        var pool = new KvBlockPool(100, blockSize: 4);
        int[] tokens = Some.Prompt(1, 30);
        (string? Scope, int Length)[] all = [("one", 16), ("one", 30), ("other", 16), ("other", 30), (null, 16), (null, 30)];

        foreach ((string? scope, int length) in all)
        {
            Sequence sequence = Sequence(tokens[..length], scope, ranges);
            Assert.Equal(0, pool.Share(sequence.Blocks, tokens.AsSpan(0, length)));
            Assert.True(pool.TryGrow(sequence.Blocks, length));
            pool.Publish(sequence.Blocks, tokens.AsSpan(0, length));
            pool.Release(sequence.Blocks);
        }

        pool.CheckIntegrity([]);
        foreach ((string? scope, int length) in all)
            Assert.Equal(length / 4 * 4, pool.Share(Sequence(tokens[..length], scope, ranges).Blocks, tokens.AsSpan(0, length)));
    }

    private static Sequence Sequence(int[] prompt, string? scope, LengthRanges ranges) =>
        new(prompt, 100, new HashSet<int>(), ranges: ranges, scope: ranges.ScopeOf(scope));

    private static async Task<int> Cached(InferenceEngine engine, GenerationRequest request) =>
        (await engine.Generate(request, default).Collect())[^1].Usage!.CachedTokens;
}

using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

public sealed class InferenceEngineTests
{
    [Fact]
    public async Task A_generation_is_what_the_model_says_one_token_after_the_other()
    {
        var runner = new FakeRunner();
        using InferenceEngine engine = Start(runner);

        List<TokenEvent> events = await engine.Generate(Greedy([1, 2, 3], 10), default).Collect();

        Assert.Equal(runner.Expect([1, 2, 3], 10), Tokens(events));
        Assert.Equal(new TokenEvent(null, null, FinishReason.Length, new TokenUsage(3, 10, 0)), events[^1]);
        Assert.All(events[..^1], e => Assert.True(e is { Finish: null, Usage: null }));
    }

    [Fact]
    public async Task An_end_token_ends_it_and_is_counted_but_not_delivered()
    {
        using InferenceEngine engine = Start(FakeRunner.Replying(endToken: 7, 100, 40, 41, 42));

        List<TokenEvent> events = await engine.Generate(new GenerationRequest { Prompt = [1] }, default).Collect();

        Assert.Equal([40, 41, 42], Tokens(events));
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
        Assert.Equal(4, events[^1].Usage!.CompletionTokens);
    }

    [Fact]
    public async Task Stop_tokens_of_the_request_end_it_too_and_the_models_own_can_be_ignored()
    {
        using InferenceEngine engine = Start(FakeRunner.Replying(endToken: 7, 100, 40, 41, 42));

        List<TokenEvent> stopped = await engine.Generate(Greedy([1], 9) with { StopTokens = [41] }, default).Collect();
        List<TokenEvent> ignored = await engine.Generate(Greedy([1], 4) with { IgnoreEndOfSequence = true }, default).Collect();

        Assert.Equal([40], Tokens(stopped));
        Assert.Equal([40, 41, 42, 7], Tokens(ignored));
        Assert.Equal(FinishReason.Length, ignored[^1].Finish);
    }

    [Fact]
    public async Task Many_at_once_in_a_tight_cache_say_what_each_says_alone()
    {
        using var submitted = new ManualResetEventSlim();
        var runner = new FakeRunner { BlockCount = 40, MaxStepTokens = 24, OnStep = _ => submitted.Wait() };
        using InferenceEngine engine = Start(runner, new EngineOptions { StepTokenBudget = 24 });
        int[][] prompts = [.. Enumerable.Range(0, 32).Select(i => Some.Prompt(i, length: 1 + (i * 7 % 60)))];

        Task<List<TokenEvent>>[] all = [.. prompts.Select(p => engine.Generate(Greedy(p, 50), default).Collect())];
        submitted.Set();
        List<TokenEvent>[] results = await Task.WhenAll(all);

        for (int i = 0; i < prompts.Length; i++)
            Assert.Equal(runner.Expect(prompts[i], 50), Tokens(results[i]));
        Assert.True(engine.Statistics.Preemptions > 0, "The cache was meant to be too small.");
        Assert.Equal(40, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task A_short_request_is_answered_while_a_long_prompt_is_still_being_read()
    {
        using var both = new ManualResetEventSlim();
        var crowd = new List<int>();
        var runner = new FakeRunner { ContextLength = 2048, MaxStepTokens = 16 };
        using InferenceEngine engine = Start(runner);
        runner.OnStep = batch =>
        {
            both.Wait();
            crowd.Add(batch.SequenceCount);
        };

        Task<List<TokenEvent>> slow = engine.Generate(Greedy(Some.Prompt(1, 1600), 2), default).Collect();
        Task<List<TokenEvent>> quick = engine.Generate(Greedy(Some.Prompt(2, 20), 3), default).Collect();
        both.Set();

        Assert.Equal(runner.Expect(Some.Prompt(2, 20), 3), Tokens(await quick));
        Assert.Equal(runner.Expect(Some.Prompt(1, 1600), 2), Tokens(await slow));
        Assert.InRange(crowd.LastIndexOf(2), 3, 10);
        Assert.InRange(crowd.Count, 100, 110);
    }

    [Fact]
    public async Task Equal_seeds_draw_equally_whoever_else_is_there()
    {
        var runner = new FakeRunner { BlockCount = 60, Certainty = 8 };
        using InferenceEngine engine = Start(runner);
        var request = new GenerationRequest { Prompt = [5, 6], MaxTokens = 40, Sampling = new SamplingOptions { Seed = 11, TopP = 0.95f, Temperature = 2 } };

        List<int> alone = Tokens(await engine.Generate(request, default).Collect());
        List<TokenEvent>[] together = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => engine.Generate(i % 2 == 0 ? request : request with { Prompt = [i] }, default).Collect()));

        Assert.NotEqual(runner.Expect([5, 6], 40), alone);
        for (int i = 0; i < together.Length; i += 2)
            Assert.Equal(alone, Tokens(together[i]));
        Assert.NotEqual(alone, Tokens(together[1]));
    }

    [Fact]
    public async Task Log_probabilities_are_the_models_own_and_come_with_each_token()
    {
        var runner = new FakeRunner { VocabularySize = 64, Certainty = 8 };
        using InferenceEngine engine = Start(runner);

        List<TokenEvent> events = await engine.Generate(Greedy([1], 3) with { TopLogProbabilities = 2 }, default).Collect();

        // 63 logits (all of 0, 1/16 .. 63/16 but one) and one of 8, chosen.
        TokenLogProbabilities first = events[0].LogProbabilities!;
        Assert.Equal(events[0].Token, first.Top[0].Token);
        Assert.Equal(first.LogProbability, first.Top[0].LogProbability);
        Assert.Equal(2, first.Top.Count);
        Assert.InRange(first.LogProbability, -0.5f, -0.1f);
        Assert.All(events[1..^1], e => Assert.NotNull(e.LogProbabilities));
        Assert.Null(events[^1].LogProbabilities);
    }

    [Fact]
    public async Task A_failing_step_ends_the_requests_in_it_and_the_engine_goes_on()
    {
        var runner = new FakeRunner();
        using InferenceEngine engine = Start(runner);
        runner.OnStep = batch =>
        {
            if (batch.TokenCount > 2)
                throw new InvalidOperationException("The graph broke.");
        };

        var error = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Greedy([1, 2, 3], 5), default).Collect());
        List<TokenEvent> next = await engine.Generate(Greedy([1, 2], 5), default).Collect();

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.DoesNotContain("graph", error.Message, StringComparison.Ordinal);
        Assert.Equal(runner.Expect([1, 2], 5), Tokens(next));
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task Logits_that_are_not_numbers_end_that_request_only()
    {
        var runner = new FakeRunner { Next = history => history[0] };
        using InferenceEngine engine = Start(runner);
        runner.OnLogits = logits =>
        {
            for (int row = 0; row < logits.Length; row += 256)
            {
                if (logits.Span[row + 13] == runner.Certainty)
                    logits.Span[row + 99] = float.NaN;
            }
        };

        Task<List<TokenEvent>> good = engine.Generate(Greedy([12], 20), default).Collect();
        var error = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Greedy([13], 20), default).Collect());

        Assert.Equal(ErrorCode.Internal, error.Code);
        Assert.Equal(21, (await good).Count);
    }

    internal static InferenceEngine Start(FakeRunner runner, EngineOptions? options = null) =>
        new(runner, options ?? new EngineOptions(), NullLogger<InferenceEngine>.Instance);

    internal static GenerationRequest Greedy(IReadOnlyList<int> prompt, int? maxTokens) =>
        new() { Prompt = prompt, MaxTokens = maxTokens, Sampling = new SamplingOptions { Temperature = 0 } };

    internal static List<int> Tokens(IEnumerable<TokenEvent> events) => [.. events.Where(e => e.Token is not null).Select(e => e.Token!.Value)];
}

using Ingot.Engine.KvCache;
using Ingot.Engine.Scheduling;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

/// <summary>A prompt's tokens come with the log-probabilities that they would have had as an answer.</summary>
public sealed class PromptScoreTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(7)]
    public async Task A_prompts_token_is_as_likely_as_it_was_when_it_was_generated(int stepTokens)
    {
        using InferenceEngine engine = Start(stepTokens);
        int[] question = Some.Prompt(1, 20);
        List<TokenEvent> answer = await engine.Generate(InferenceEngineTests.Greedy(question, 30) with { TopLogProbabilities = 3 }, default).Collect();

        // Most of this prompt is in the cache by now.
        List<TokenEvent> scored = await engine.Generate(Scored([.. question, .. InferenceEngineTests.Tokens(answer)]), default).Collect();

        Assert.Equal([.. question, .. InferenceEngineTests.Tokens(answer)], InferenceEngineTests.Tokens(scored));
        Assert.All(scored[..^1], token => Assert.True(token.IsPrompt));
        Assert.Null(scored[0].LogProbabilities);
        Assert.All(scored[1..^1], token => Assert.Equal(3, token.LogProbabilities!.Top.Count));
        Assert.Equal(answer[..^1].Select(Describe), scored[20..^1].Select(Describe));
        Assert.Equal((FinishReason.Length, new TokenUsage(50, 0, 0)), (scored[^1].Finish, scored[^1].Usage));
    }

    [Fact]
    public async Task What_is_generated_after_a_scored_prompt_is_what_follows_it_otherwise()
    {
        using InferenceEngine engine = Start(stepTokens: 7);
        int[] prompt = Some.Prompt(2, 33);
        GenerationRequest plain = InferenceEngineTests.Greedy(prompt, 12) with { TopLogProbabilities = 1 };

        List<TokenEvent> expected = await engine.Generate(plain, default).Collect();
        List<TokenEvent> scored = await engine.Generate(plain with { PromptLogProbabilities = true }, default).Collect();

        Assert.Equal(expected.Select(Describe), scored.SkipWhile(token => token.IsPrompt).Select(Describe));
        Assert.Equal(33, scored.Count(token => token.IsPrompt));
    }

    [Fact]
    public async Task Prompts_scored_together_while_the_cache_is_too_small_are_scored_as_alone()
    {
        using InferenceEngine alone = Start(stepTokens: 512);
        using var submitted = new ManualResetEventSlim();
        using InferenceEngine tight = new(
            new FakeRunner { Certainty = 5, BlockSize = 4, BlockCount = 24, MaxStepTokens = 9, OnStep = _ => submitted.Wait() }, new EngineOptions(), NullLogger<InferenceEngine>.Instance);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 10).Select(i => Scored(Some.Prompt(i / 2, 11 + (3 * i))) with { MaxTokens = i % 2 * 40 })];

        Task<List<TokenEvent>[]> answering = Task.WhenAll(requests.Select(request => tight.Generate(request, default).Collect()));
        submitted.Set();
        List<TokenEvent>[] together = await answering;

        for (int i = 0; i < requests.Length; i++)
            Assert.Equal((await alone.Generate(requests[i], default).Collect()).Select(Describe), together[i].Select(Describe));
        Assert.True(tight.Statistics.Preemptions > 0, "The cache was meant to be too small.");
    }

    [Fact]
    public async Task A_prompt_of_one_token_has_nothing_to_score()
    {
        using InferenceEngine engine = Start(stepTokens: 512);

        List<TokenEvent> scored = await engine.Generate(Scored([7]), default).Collect();

        Assert.Equal([new TokenEvent(7, IsPrompt: true), new TokenEvent(null, Finish: FinishReason.Length, Usage: new TokenUsage(1, 0, 0))], scored);
    }

    [Fact]
    public async Task A_prompt_may_fill_the_context_when_nothing_follows()
    {
        using InferenceEngine engine = Start(stepTokens: 512, context: 64);

        Assert.Equal(65, (await engine.Generate(Scored(Some.Prompt(3, 64)), default).Collect()).Count);
        var error = Assert.Throws<IngotException>(() => engine.Generate(Scored(Some.Prompt(3, 65)), default));
        Assert.Equal(ErrorCode.ContextLengthExceeded, error.Code);
        error = Assert.Throws<IngotException>(() => engine.Generate(Scored(Some.Prompt(3, 64)) with { MaxTokens = 1 }, default));
        Assert.Equal(ErrorCode.ContextLengthExceeded, error.Code);
    }

    [Fact]
    public async Task A_row_that_is_no_number_ends_the_request()
    {
        var runner = new FakeRunner { OnLogits = logits => logits.Span[5] = float.NaN };
        using InferenceEngine engine = InferenceEngineTests.Start(runner);

        var error = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Scored([1, 2, 3]), default).Collect());

        Assert.Equal(ErrorCode.Internal, error.Code);
    }

    [Fact]
    public void Rows_of_prompts_share_a_budget_of_their_own()
    {
        var scheduler = new Scheduler(new KvBlockPool(100, 4), maxSequences: 4, tokenBudget: 64, scoreBudget: 10);
        Sequence first = new(Some.Prompt(1, 14), 0, new HashSet<int>(), scoresPrompt: true);
        Sequence second = new(Some.Prompt(2, 9), 5, new HashSet<int>(), scoresPrompt: true);
        Sequence plain = new(Some.Prompt(3, 30), 5, new HashSet<int>());
        scheduler.Add(first);
        scheduler.Add(second);
        scheduler.Add(plain);

        Assert.Equal([new PlannedTokens(second, 5), new PlannedTokens(first, 5), new PlannedTokens(plain, 30)], scheduler.Schedule().Parts);
        Assert.Equal(5, first.LogitRows(5));
    }

    private static InferenceEngine Start(int stepTokens, int context = 256) =>
        InferenceEngineTests.Start(new FakeRunner { Certainty = 5, BlockSize = 4, ContextLength = context, MaxStepTokens = stepTokens });

    private static GenerationRequest Scored(IReadOnlyList<int> prompt) =>
        InferenceEngineTests.Greedy(prompt, 0) with { TopLogProbabilities = 3, PromptLogProbabilities = true };

    private static string Describe(TokenEvent next) =>
        $"{next.Token} {next.LogProbabilities?.LogProbability:R} {string.Join(' ', next.LogProbabilities?.Top ?? [])} {next.Finish}";
}

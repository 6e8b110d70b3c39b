using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

/// <summary>Several answers to one prompt: each as if alone, the prompt computed once.</summary>
public sealed class SharedPromptTests
{
    private const int BlockSize = 4;

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 0)]
    [InlineData(5, 4)]
    [InlineData(41, 4)]
    [InlineData(43, 4)]
    [InlineData(44, 0)]
    public async Task The_prompt_is_computed_once_and_a_block_that_it_does_not_fill_is_copied_for_all_but_one(int promptLength, int copies)
    {
        var runner = new FakeRunner { BlockSize = BlockSize, MaxStepTokens = 16 };
        using InferenceEngine engine = Start(runner, new EngineOptions { StepTokenBudget = 16, MaxDraftTokens = 0 });

        List<TokenEvent>[] answers = await Collect(engine.Generate(Drawn(promptLength, 6), 5, default));

        Assert.Equal(promptLength, engine.Statistics.PromptTokens);
        Assert.Equal(copies, runner.CopyCount);
        Assert.Equal(((promptLength + 15) / 16) + 5, engine.Statistics.Steps);
        Assert.Equal([0, promptLength, promptLength, promptLength, promptLength], answers.Select(events => events[^1].Usage!.CachedTokens));
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 4)]
    [InlineData(44, 40)]
    public async Task Where_blocks_cannot_be_copied_each_computes_the_prompts_last_block(int promptLength, int shared)
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockSize = BlockSize, CanCopyBlocks = false });

        List<TokenEvent>[] answers = await Collect(engine.Generate(Drawn(promptLength, 6), 5, default));

        Assert.Equal(promptLength + (4 * (promptLength - shared)), engine.Statistics.PromptTokens);
        Assert.Equal([0, shared, shared, shared, shared], answers.Select(events => events[^1].Usage!.CachedTokens));
    }

    [Fact]
    public async Task Those_who_find_no_place_when_the_prompt_has_been_read_have_its_last_block_computed_once_more()
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockSize = BlockSize }, new EngineOptions { MaxSequences = 3 });

        List<TokenEvent>[] answers = await Collect(engine.Generate(Drawn(promptLength: 43, tokens: 6), 5, default));

        Assert.Equal(43 + 3, engine.Statistics.PromptTokens);
        Assert.Equal([0, 43, 43, 40, 43], answers.Select(events => events[^1].Usage!.CachedTokens));
    }

    [Fact]
    public async Task A_prompt_that_is_only_read_is_read_once()
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockSize = BlockSize });

        List<TokenEvent>[] answers = await Collect(engine.Generate(Drawn(promptLength: 43, tokens: 0), 5, default));

        Assert.Equal(43, engine.Statistics.PromptTokens);
        Assert.All(answers, events => Assert.Equal(FinishReason.Length, Assert.Single(events).Finish));
    }

    [Fact]
    public async Task Logits_that_are_no_numbers_end_all_answers_that_choose_by_them()
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockSize = BlockSize, OnLogits = logits => logits.Span.Fill(float.NaN) });

        IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers = engine.Generate(Drawn(promptLength: 6, tokens: 4), 3, default);

        foreach (IAsyncEnumerable<TokenEvent> answer in answers)
            await Assert.ThrowsAsync<IngotException>(() => answer.Collect());
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task Each_answer_is_the_one_that_its_seed_gives_alone()
    {
        using InferenceEngine engine = Start(new FakeRunner { Certainty = 4 });
        GenerationRequest request = Drawn(30, 20);

        List<TokenEvent>[] answers = await Collect(engine.Generate(request, 4, default));

        for (int i = 0; i < answers.Length; i++)
        {
            List<TokenEvent> alone = await engine.Generate(
                request with { Sampling = request.Sampling with { Seed = request.Sampling.Seed + (ulong)i } }, default).Collect();
            Assert.Equal(alone.Select(e => e.Token), answers[i].Select(e => e.Token));
        }

        Assert.NotEqual(answers[0].Select(e => e.Token), answers[1].Select(e => e.Token));
    }

    [Fact]
    public async Task Many_such_requests_in_a_cache_too_small_for_them_are_answered_rightly_and_give_all_blocks_back()
    {
        using var submitted = new ManualResetEventSlim();
        var runner = new FakeRunner { BlockSize = BlockSize, BlockCount = 30, MaxStepTokens = 24, OnStep = _ => submitted.Wait() };
        using InferenceEngine engine = Start(runner, new EngineOptions { StepTokenBudget = 24, MaxSequences = 12, QueueCapacity = 200 });
        int[][] prompts = [.. Enumerable.Range(0, 20).Select(i => Some.Prompt(i, length: 1 + (i * 7 % 50)))];

        Task<List<TokenEvent>[]>[] all = [.. prompts.Select(p => Collect(engine.Generate(new GenerationRequest { Prompt = p, MaxTokens = 40 }, 3, default)))];
        submitted.Set();

        for (int i = 0; i < prompts.Length; i++)
        {
            foreach (List<TokenEvent> answer in await all[i])
                Assert.Equal(runner.Expect(prompts[i], 40), answer.Where(e => e.Token is not null).Select(e => e.Token!.Value));
        }

        Assert.True(engine.Statistics.Preemptions > 0, "The cache was meant to be too small.");
        Assert.Equal(30, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task When_the_first_is_given_up_the_others_go_on()
    {
        using var held = new ManualResetEventSlim();
        var runner = new FakeRunner { MaxStepTokens = 16, OnStep = _ => held.Wait() };
        using InferenceEngine engine = Start(runner, new EngineOptions { StepTokenBudget = 16 });
        GenerationRequest request = Drawn(100, 5);
        IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers = engine.Generate(request, 2, default);

        // Leaving an enumeration before its first event abandons that generation, here in the middle of the prompt.
        IAsyncEnumerator<TokenEvent> first = answers[0].GetAsyncEnumerator();
        ValueTask<bool> event0 = first.MoveNextAsync();
        held.Set();
        Assert.True(await event0);
        await first.DisposeAsync();
        List<TokenEvent> second = await answers[1].Collect();

        Assert.Equal(FinishReason.Length, second[^1].Finish);
        Assert.Equal(6, second.Count);
    }

    private static GenerationRequest Drawn(int promptLength, int tokens) => new()
    {
        Prompt = Some.Prompt(3, promptLength),
        MaxTokens = tokens,
        Sampling = new SamplingOptions { Seed = 7, Temperature = 1.5f },
    };

    private static Task<List<TokenEvent>[]> Collect(IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers) =>
        Task.WhenAll(answers.Select(answer => answer.Collect()));

    private static InferenceEngine Start(FakeRunner runner, EngineOptions? options = null) =>
        new(runner, options ?? new EngineOptions(), NullLogger<InferenceEngine>.Instance);
}

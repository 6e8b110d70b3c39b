using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

/// <summary>What earlier requests have computed is found again, and changes nothing but the time.</summary>
public sealed class PrefixCacheTests
{
    [Fact]
    public async Task A_conversation_that_goes_on_computes_only_what_is_new()
    {
        var runner = new FakeRunner { BlockSize = 4 };
        using InferenceEngine engine = Start(runner);
        int[] first = Some.Prompt(1, 41);
        int[] answer = await Answer(engine, first, 10);
        int[] second = [.. first, .. answer, .. Some.Prompt(2, 9)];
        long before = engine.Statistics.PromptTokens;

        List<TokenEvent> events = await engine.Generate(new GenerationRequest { Prompt = second, MaxTokens = 10 }, default).Collect();

        // 41 + 10 tokens, of which the last was said but never computed: twelve blocks of 4 are full.
        Assert.Equal(48, events[^1].Usage!.CachedTokens);
        Assert.Equal(60 - 48, engine.Statistics.PromptTokens - before);
        Assert.Equal(runner.Expect(second, 10), InferenceEngineTests.Tokens(events));
    }

    [Fact]
    public async Task The_last_token_is_computed_even_if_all_are_known()
    {
        var runner = new FakeRunner { BlockSize = 4 };
        using InferenceEngine engine = Start(runner);
        int[] prompt = Some.Prompt(1, 16);
        await Answer(engine, prompt, 8);

        List<TokenEvent> again = await engine.Generate(new GenerationRequest { Prompt = prompt, MaxTokens = 8 }, default).Collect();

        Assert.Equal(12, again[^1].Usage!.CachedTokens);
        Assert.Equal(runner.Expect(prompt, 8), InferenceEngineTests.Tokens(again));
    }

    [Fact]
    public async Task A_prompt_that_differs_in_its_first_token_finds_nothing()
    {
        using InferenceEngine engine = Start(new FakeRunner { BlockSize = 4 });
        int[] prompt = Some.Prompt(1, 40);
        await Answer(engine, prompt, 8);
        int[] other = [prompt[0] ^ 1, .. prompt[1..]];

        List<TokenEvent> events = await engine.Generate(new GenerationRequest { Prompt = other, MaxTokens = 8 }, default).Collect();

        Assert.Equal(0, events[^1].Usage!.CachedTokens);
    }

    [Fact]
    public async Task Where_room_is_short_what_was_used_last_stays()
    {
        var runner = new FakeRunner { BlockSize = 4, BlockCount = 20 };
        using InferenceEngine engine = Start(runner);
        await Answer(engine, Some.Prompt(1, 33), 3);
        await Answer(engine, Some.Prompt(2, 33), 3);
        await Answer(engine, Some.Prompt(3, 33), 3);

        Assert.Equal(32, await Cached(engine, Some.Prompt(3, 33)));
        Assert.Equal(32, await Cached(engine, Some.Prompt(2, 33)));
        Assert.InRange(await Cached(engine, Some.Prompt(1, 33)), 0, 31);
        Assert.Equal(20, engine.Statistics.FreeBlocks);
    }

    [Fact]
    public async Task Switched_off_no_request_finds_what_another_computed_and_answers_to_one_prompt_share_it_all_the_same()
    {
        var runner = new FakeRunner { BlockSize = 4 };
        using InferenceEngine engine = Start(runner, new EngineOptions { PrefixCache = false });
        var request = new GenerationRequest { Prompt = Some.Prompt(1, 41), MaxTokens = 3 };
        await Answer(engine, [.. request.Prompt], 3);

        List<TokenEvent>[] forks = await Task.WhenAll(engine.Generate(request, 3, default).Select(events => events.Collect()));

        Assert.Equal([0, 41, 41], forks.Select(events => events[^1].Usage!.CachedTokens));
        Assert.Equal(0, await Cached(engine, [.. request.Prompt]));
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    private static async Task<int> Cached(InferenceEngine engine, int[] prompt) =>
        (await engine.Generate(new GenerationRequest { Prompt = prompt, MaxTokens = 1 }, default).Collect())[^1].Usage!.CachedTokens;

    private static async Task<int[]> Answer(InferenceEngine engine, int[] prompt, int tokens) =>
        [.. InferenceEngineTests.Tokens(await engine.Generate(new GenerationRequest { Prompt = prompt, MaxTokens = tokens }, default).Collect())];

    private static InferenceEngine Start(FakeRunner runner, EngineOptions? options = null) =>
        new(runner, options ?? new EngineOptions(), NullLogger<InferenceEngine>.Instance);
}

using Ingot.Engine.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Equality;

/// <summary>Answers that go on from one reading of their prompt are, to the last bit of their log-probabilities, those that each gets alone.</summary>
public sealed class ForkEqualityTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    private static readonly EngineOptions Alone = new() { ThreadCount = 1, MaxSequences = 1, StepTokenBudget = 512, PrefixCache = false, MaxDraftTokens = 0 };

    public static TheoryData<string> Models => EqualityModels.Names;

    // Around a block's border, where there is a block to copy, and where there is none.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task Wherever_the_prompt_ends_in_a_block_and_however_many_they_are(string model)
    {
        using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2, StepTokenBudget = 40, PrefixCache = false });
        foreach (var (length, count) in new[] { (1, 2), (15, 3), (16, 8), (17, 5), (31, 4), (33, 8) })
        {
            GenerationRequest request = Drawn(model, length, seed: length);
            long before = engine.Statistics.PromptTokens;

            int[][] forked = await Forked(engine, request, count);

            Assert.Equal(length, engine.Statistics.PromptTokens - before);
            Same(await Expected(model, request, count), forked);
            Assert.NotEqual(forked[0], forked[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task After_being_put_off_for_others(string model)
    {
        GenerationRequest request = Drawn(model, 21, seed: 3, tokens: 40);
        int[][] expected = await Expected(model, request, 6);
        using InferenceEngine engine = Load(model, Tight(model) with { ThreadCount = 2, StepTokenBudget = 50 });

        Same(expected, await Forked(engine, request, 6));

        Assert.True(engine.Statistics.Preemptions > 0, "The cache was meant to be too small.");
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task While_others_of_them_leave(string model)
    {
        GenerationRequest request = Drawn(model, 19, seed: 5, tokens: 12);
        int[][] expected = await Expected(model, request, 5);
        using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2 });

        // The one that reads the prompt leaves first, and one that has copied the block.
        IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers = engine.Generate(request, 5, default);
        Task<int[]>[] stay = [.. new[] { 1, 2, 4 }.Select(i => answers[i].Bits())];
        await LeaveAfterTheFirstToken(answers[0]);
        await LeaveAfterTheFirstToken(answers[3]);

        Same([expected[1], expected[2], expected[4]], await Task.WhenAll(stay));
        Same(expected, await Forked(engine, request, 5));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_what_follows_guessed_ahead(string model)
    {
        GenerationRequest request = Drawn(model, 30, seed: 2, tokens: 30);
        request = request with { Sampling = new SamplingOptions { Temperature = 0 } };
        int[][] expected = await Expected(model, request, 3);
        int[] prediction = Ask.Tokens(expected[0]);
        for (int i = 5; i < prediction.Length; i += 9)
            prediction[i] ^= 1;
        using InferenceEngine engine = Load(model, Alone with { MaxSequences = 4, MaxDraftTokens = 24, PrefixCache = true });

        Same(expected, await Forked(engine, request with { Prediction = prediction }, 3));
        Same(expected, await Forked(engine, request, 3));

        Assert.True(engine.Statistics.AcceptedTokens > 0, "Nothing was guessed right, so nothing was tested.");
        Assert.True(engine.Statistics.AcceptedTokens < engine.Statistics.DraftedTokens, "Nothing was guessed wrong.");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_keys_and_values_in_fewer_bits(string model)
    {
        GenerationRequest request = Drawn(model, 23, seed: 4);
        foreach (KvCacheFormat format in new[] { KvCacheFormat.Fp16, KvCacheFormat.Int8 })
        {
            int[][] expected = await Expected(model, request, 4, format);
            using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2, StepTokenBudget = 16, KvCache = format });
            Same(expected, await Forked(engine, request, 4));
        }
    }

    private static void Same(int[][] expected, int[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"Answer {i} differs from number {expected[i].AsSpan().CommonPrefixLength(actual[i])} of {expected[i].Length} on.");
    }

    private static Task<int[][]> Forked(InferenceEngine engine, GenerationRequest request, int count) =>
        Task.WhenAll(engine.Generate(request, count, default).Select(events => events.Bits()));

    private static async Task LeaveAfterTheFirstToken(IAsyncEnumerable<TokenEvent> events)
    {
        await foreach (TokenEvent _ in events)
            break;
    }

    private GenerationRequest Drawn(string model, int length, int seed, int tokens = 5) =>
        Ask.About(Some.Prompt(seed, length, models.Open(model).Config.VocabularySize), seed, tokens) with
        {
            Sampling = new SamplingOptions { Temperature = 2, Seed = (ulong)seed },
        };

    private async Task<int[][]> Expected(string model, GenerationRequest request, int count, KvCacheFormat format = KvCacheFormat.Fp32)
    {
        using InferenceEngine engine = Load(model, Alone with { KvCache = format });
        return await engine.InTurn(Enumerable.Range(0, count).Select(i => request with { Sampling = request.Sampling with { Seed = request.Sampling.Seed + (ulong)i } }));
    }

    // Room for the longest answer and little more.
    private EngineOptions Tight(string model) => new() { KvCacheBytes = models.Open(model).Config.CacheBytesPerToken(KvCacheFormat.Fp32) * 16 * 9 };

    private InferenceEngine Load(string model, EngineOptions options) =>
        InferenceEngine.Load(models.Open(model), options, NullLoggerFactory.Instance, default);
}

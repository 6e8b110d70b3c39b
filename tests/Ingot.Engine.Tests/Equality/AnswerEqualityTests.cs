using Ingot.Engine.ModelFolders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Equality;

/// <summary>
/// The same request gets the same answer, to the last bit of its log-probabilities, as it gets alone, whole, cold, from one thread:
/// whoever else is there, however its prompt is divided, whatever the cache holds and however many threads there are.
/// </summary>
public sealed class AnswerEqualityTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    private static readonly EngineOptions Alone = new() { ThreadCount = 1, MaxSequences = 1, StepTokenBudget = 512, PrefixCache = false };

    public static TheoryData<string> Models => EqualityModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Among_others(string model)
    {
        using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2 });
        Same(await Expected(model), await engine.AtOnce(Requests(model)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_four_threads(string model)
    {
        using InferenceEngine engine = Load(model, Alone with { ThreadCount = 4 });
        Same(await Expected(model), await engine.InTurn(Requests(model)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_the_prompt_in_pieces_of_any_size(string model)
    {
        int[][] expected = await Expected(model);
        foreach (int budget in new[] { 1, 7, 24 })
        {
            using InferenceEngine engine = Load(model, Alone with { StepTokenBudget = budget });
            Same(expected[^2..], await engine.InTurn(Requests(model).TakeLast(2)));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task From_what_is_in_the_cache(string model)
    {
        IReadOnlyList<GenerationRequest> requests = Requests(model);
        int[][] first = await Expected(model);
        GenerationRequest[] next = [.. requests.Select((request, i) => Ask.About([.. request.Prompt, .. Ask.Tokens(first[i]), 3, 1, 4], i + 1))];
        int[][] second = await Expected(model, next);
        using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2, StepTokenBudget = 37 });

        Same(first, await engine.AtOnce(requests));
        Same(second, await engine.AtOnce(next));
        Same(first, await engine.AtOnce(requests));

        int cached = (await engine.Generate(next[^1], default).Collect())[^1].Usage!.CachedTokens;
        Assert.InRange(cached, 90, next[^1].Prompt.Count);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task As_one_of_several_to_the_same_prompt(string model)
    {
        using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2, StepTokenBudget = 40 });
        foreach (int length in new[] { 5, 52 })
        {
            GenerationRequest request = Ask.About(Some.Prompt(9, length, models.Open(model).Config.VocabularySize), 1);
            request = request with { Sampling = request.Sampling with { Temperature = 2 } };
            GenerationRequest[] each = [.. Enumerable.Range(0, 3).Select(i => request with { Sampling = request.Sampling with { Seed = request.Sampling.Seed + (ulong)i } })];

            int[][] forked = await Task.WhenAll(engine.Generate(request, 3, default).Select(events => events.Bits()));

            Same(await Expected(model, each), forked);
            Assert.NotEqual(forked[0], forked[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task After_being_put_off_for_others(string model)
    {
        int vocabulary = models.Open(model).Config.VocabularySize;
        GenerationRequest[] requests = [.. new[] { 15, 31, 14, 30, 13 }.Select((length, i) => Ask.About(Some.Prompt(50 + i, length, vocabulary), i, tokens: 36))];
        using InferenceEngine engine = Load(model, Tight(model) with { ThreadCount = 2, StepTokenBudget = 50 });
        Same(await Expected(model, requests), await engine.AtOnce(requests));
        Assert.True(engine.Statistics.Preemptions > 0, "The cache was meant to be too small.");
        Assert.Equal(engine.Statistics.BlockCount, engine.Statistics.FreeBlocks);
    }

    // Each token's numbers are rounded by themselves, so it is of no consequence when they came.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_keys_and_values_in_fewer_bits(string model)
    {
        foreach (KvCacheFormat format in new[] { KvCacheFormat.Fp16, KvCacheFormat.Int8 })
        {
            using InferenceEngine alone = Load(model, Alone with { KvCache = format });
            int[][] expected = await alone.InTurn(Requests(model));
            using InferenceEngine engine = Load(model, new EngineOptions { ThreadCount = 2, StepTokenBudget = 29, KvCache = format });

            Same(expected, await engine.AtOnce(Requests(model)));
            Same(expected, await engine.AtOnce(Requests(model)));
            Assert.NotEqual(await Expected(model), expected);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task With_what_follows_guessed_ahead(string model)
    {
        GenerationRequest[] requests = [.. Requests(model).Select(request => request with { MaxTokens = 30 })];
        using InferenceEngine plain = Load(model, Alone with { MaxDraftTokens = 0 });
        int[][] expected = await plain.InTurn(requests);
        using InferenceEngine guessing = Load(model, Alone with { PrefixCache = true });

        Same(expected, await guessing.InTurn(requests.Select((request, i) => request with { Prediction = PartlyWrong(Ask.Tokens(expected[i])) })));
        Same(expected, await guessing.InTurn(requests));

        Assert.True(guessing.Statistics.AcceptedTokens > 0, "Nothing was guessed right, so nothing was tested.");
        Assert.True(guessing.Statistics.AcceptedTokens < guessing.Statistics.DraftedTokens, "Nothing was guessed wrong.");
        Assert.Equal(0, plain.Statistics.DraftedTokens);
    }

    // Threads, pieces, crowds, forks, prefixes in common, too little memory and people who leave, all at once.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task In_the_middle_of_everything(string model)
    {
        int vocabulary = models.Open(model).Config.VocabularySize;
        var random = new Random(5);
        int[] common = Some.Prompt(77, 80, vocabulary);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 8).Select(i =>
            Ask.About([.. common[..random.Next(common.Length)], .. Some.Prompt(100 + i, 1 + random.Next(20), vocabulary)], i))];
        int[][] expected = await Expected(model, requests);
        using InferenceEngine engine = Load(model, Tight(model) with { ThreadCount = 3, StepTokenBudget = 29, MaxSequences = 5, QueueCapacity = 200 });

        List<Task<int[]>> answers = [];
        foreach (GenerationRequest request in requests)
        {
            answers.Add(engine.Generate(request, 2, default)[0].Bits());
            await LeaveAfterTheFirstToken(engine.Generate(request with { MaxTokens = 10 }, default));
        }

        Same(expected, await Task.WhenAll(answers));
    }

    // What lies in memory that others have used must be of no influence, nor what they have asked.
    [Theory]
    [MemberData(nameof(Models))]
    public async Task In_blocks_that_held_the_secrets_of_another(string model)
    {
        int vocabulary = models.Open(model).Config.VocabularySize;
        int[] secret = Some.Prompt(1234, 110, vocabulary);
        int[] similar = [.. secret[..70], (secret[70] + 1) % vocabulary, .. secret[71..]];
        GenerationRequest[] later = [Ask.About(Some.Prompt(8, 40, vocabulary), 1), Ask.About(similar[1..], 2), Ask.About(similar, 3)];
        int[][] expected = await Expected(model, later);
        foreach ((bool prefixCache, string? scope) in new[] { (true, "mine"), (true, "other"), (false, null) })
        {
            using InferenceEngine engine = Load(model, Tight(model) with { ThreadCount = 2, PrefixCache = prefixCache });
            await engine.Generate(Ask.About(secret, 0, tokens: 10) with { CacheScope = "mine" }, default).Bits();

            Same(expected, await engine.InTurn(later.Select(request => request with { CacheScope = scope })));
            int cached = (await engine.Generate(later[^1] with { CacheScope = scope }, default).Collect())[^1].Usage!.CachedTokens;
            Assert.Equal(prefixCache, cached > 0);
        }
    }

    private static void Same(int[][] expected, int[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"Answer {i} differs from number {expected[i].AsSpan().CommonPrefixLength(actual[i])} of {expected[i].Length} on.");
    }

    private static int[] PartlyWrong(int[] tokens)
    {
        int[] changed = [.. tokens];
        for (int i = 5; i < changed.Length; i += 9)
            changed[i] ^= 1;
        return changed;
    }

    private static async Task LeaveAfterTheFirstToken(IAsyncEnumerable<TokenEvent> events)
    {
        await foreach (TokenEvent _ in events)
            break;
    }

    private Task<int[][]> Expected(string model) => models.Once(model, () => Expected(model, Requests(model)));

    private async Task<int[][]> Expected(string model, IEnumerable<GenerationRequest> requests)
    {
        using InferenceEngine engine = Load(model, Alone);
        return await engine.InTurn(requests);
    }

    private IReadOnlyList<GenerationRequest> Requests(string model) => Ask.Some(models.Open(model));

    // Room for the longest request and little more.
    private EngineOptions Tight(string model) => new() { KvCacheBytes = models.Open(model).Config.CacheBytesPerToken(KvCacheFormat.Fp32) * 16 * 9 };

    private InferenceEngine Load(string model, EngineOptions options) =>
        InferenceEngine.Load(models.Open(model), options, NullLoggerFactory.Instance, default);
}

using Ingot.Engine.ModelFolders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Equality;

/// <summary>
/// A model with two rotary tables gives each sequence the one for its length, and nothing of the other: an answer that outgrows the first goes on
/// as if it had been asked for from there.
/// </summary>
public sealed class LengthRangeTests(EqualityModels models) : IClassFixture<EqualityModels>
{
    private const int Limit = EqualityModels.RotaryLimit;

    [Fact]
    public async Task Every_token_is_what_a_cold_engine_says_after_those_before_it()
    {
        int[] prompt = Some.Prompt(5, Limit - 4, Vocabulary);
        using InferenceEngine engine = Load(new EngineOptions { ThreadCount = 2 });
        int[] answer = await engine.Generate(Ask.About(prompt, 0, tokens: 10), default).Bits();
        int[] tokens = Ask.Tokens(answer);

        for (int i = 0; i < tokens.Length; i++)
        {
            using InferenceEngine cold = Load(new EngineOptions { ThreadCount = 1, PrefixCache = false });
            int[] one = await cold.Generate(Ask.About([.. prompt, .. tokens[..i]], 0, tokens: 1), default).Bits();
            Assert.Equal(one, answer.AsSpan(i * one.Length, one.Length));
        }
    }

    [Fact]
    public async Task How_much_may_be_said_does_not_change_what_is_said()
    {
        int[] prompt = Some.Prompt(6, Limit - 2, Vocabulary);
        using InferenceEngine engine = Load(new EngineOptions { ThreadCount = 2, PrefixCache = false });
        int[] few = await engine.Generate(Ask.About(prompt, 0, tokens: 2), default).Bits();
        int[] many = await engine.Generate(Ask.About(prompt, 0, tokens: 40), default).Bits();
        Assert.Equal(few, many.AsSpan(0, few.Length));
    }

    [Fact]
    public async Task Keys_of_one_table_are_not_found_by_a_sequence_of_the_other()
    {
        int[] prompt = Some.Prompt(7, Limit + 20, Vocabulary);
        using InferenceEngine engine = Load(new EngineOptions { ThreadCount = 2 });
        Assert.Equal(0, await CachedTokens(engine, prompt[..50]));
        Assert.Equal(0, await CachedTokens(engine, prompt));
        Assert.Equal(48, await CachedTokens(engine, prompt[..50]));
        Assert.Equal(64, await CachedTokens(engine, prompt));
    }

    [Fact]
    public async Task What_an_answer_computes_anew_is_found_by_the_next_turn()
    {
        int[] prompt = Some.Prompt(8, Limit - 3, Vocabulary);
        using InferenceEngine engine = Load(new EngineOptions { ThreadCount = 2 });
        int[] tokens = Ask.Tokens(await engine.Generate(Ask.About(prompt, 0, tokens: 20), default).Bits());
        Assert.Equal(64, await CachedTokens(engine, [.. prompt, .. tokens, 1, 2]));
    }

    private int Vocabulary => Folder.Config.VocabularySize;

    private ModelFolder Folder => models.Open(EqualityModels.TwoTables);

    private static async Task<int> CachedTokens(InferenceEngine engine, int[] prompt) =>
        (await engine.Generate(Ask.About(prompt, 0, tokens: 1), default).Collect())[^1].Usage!.CachedTokens;

    private InferenceEngine Load(EngineOptions options) => InferenceEngine.Load(Folder, options, NullLoggerFactory.Instance, default);
}

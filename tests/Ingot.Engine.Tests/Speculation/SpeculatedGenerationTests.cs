using Ingot.Engine.Sampling;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Speculation;

public sealed class SpeculatedGenerationTests
{
    public static TheoryData<string, SamplingOptions> Ways => new()
    {
        { "greedy", new SamplingOptions { Temperature = 0 } },
        { "drawn", new SamplingOptions { Seed = 5 } },
        { "drawn from few", new SamplingOptions { Seed = 6, Temperature = 1.2f, TopP = 0.9f, TopK = 30 } },
        { "penalties", new SamplingOptions { Seed = 7, RepetitionPenalty = 1.1f, FrequencyPenalty = 0.2f, PresencePenalty = 0.1f } },
        { "greedy with penalties", new SamplingOptions { Temperature = 0, FrequencyPenalty = 0.5f } },
        { "bias", new SamplingOptions { Seed = 8, LogitBias = new Dictionary<int, float> { [3] = 6, [17] = -4 } } },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_answer_is_the_same_guessed_ahead_and_not(string way, SamplingOptions sampling)
    {
        GenerationRequest[] requests =
        [
            .. Enumerable.Range(0, 6).Select(i => new GenerationRequest
            {
                Prompt = Some.Prompt(i, 20 + i),
                Sampling = sampling with { Seed = sampling.Seed + (ulong)i },
                MaxTokens = 90 + i,
                TopLogProbabilities = i % 3 == 0 ? 2 : null,
                StopTokens = i % 2 == 0 ? [11] : [],
                Prediction = i == 5 ? Some.Prompt(5, 20) : [],
            }),
        ];

        (List<TokenEvent>[] plain, EngineStatistics without) = await Answer(requests, mostDraft: 0);
        (List<TokenEvent>[] guessed, EngineStatistics with) = await Answer(requests, mostDraft: 24);

        for (int i = 0; i < plain.Length; i++)
            AssertSame(plain[i], guessed[i]);
        Assert.Equal(0, without.DraftedTokens);
        Assert.True(with.AcceptedTokens > 0, $"{way}: nothing was guessed right, so nothing was tested.");
        Assert.True(with.Steps < without.Steps);
        Assert.Equal(with.DecodedTokens, without.DecodedTokens);
        Assert.Equal((with.BlockCount, 0), (with.FreeBlocks, with.Running));
    }

    [Fact]
    public async Task Several_answers_to_one_prompt_are_the_same_too()
    {
        GenerationRequest request = new() { Prompt = Some.Prompt(1, 33), MaxTokens = 60, Sampling = new SamplingOptions { Seed = 4 } };
        using InferenceEngine plain = Start(Repeating(), 0), guessing = Start(Repeating(), 16);

        List<TokenEvent>[] one = await Task.WhenAll(plain.Generate(request, 4, default).Select(e => e.Collect()));
        List<TokenEvent>[] other = await Task.WhenAll(guessing.Generate(request, 4, default).Select(e => e.Collect()));

        for (int i = 0; i < one.Length; i++)
            AssertSame(one[i], other[i]);
        Assert.True(guessing.Statistics.AcceptedTokens > 0, "Nothing was guessed right, so nothing was tested.");
    }

    [Fact]
    public async Task The_same_question_is_answered_again_in_few_steps()
    {
        var runner = new FakeRunner { OnStep = _ => Thread.SpinWait(5_000) };
        using InferenceEngine engine = Start(runner, 24);
        GenerationRequest request = new() { Prompt = [1, 2, 3], MaxTokens = 100, Sampling = new SamplingOptions { Temperature = 0 } };

        List<TokenEvent> first = await engine.Generate(request, default).Collect();
        long before = engine.Statistics.Steps;
        List<TokenEvent> second = await engine.Generate(request, default).Collect();

        AssertSame(first, second, sameCache: false);
        Assert.InRange(engine.Statistics.Steps - before, 2, 50);
        Assert.InRange(second[^1].Usage!.AcceptedDrafts, 50, 99);
        Assert.InRange(first[^1].Usage!.AcceptedDrafts, 0, 20);
    }

    [Fact]
    public async Task A_prediction_that_is_right_saves_steps_and_one_that_is_wrong_changes_nothing()
    {
        var runner = new FakeRunner { OnStep = _ => Thread.SpinWait(5_000) };
        int[] answer = [.. runner.Expect([1, 2, 3], 100)], other = [.. runner.Expect([4, 5], 100)];
        GenerationRequest request = new() { Prompt = [1, 2, 3], MaxTokens = 100, Sampling = new SamplingOptions { Temperature = 0 } };

        foreach ((int[] prediction, int fewest, int most) in ((int[], int, int)[])[(answer, 50, 99), (other, 0, 20), ([.. answer[..50], 9, 9, .. answer[50..]], 40, 98)])
        {
            using InferenceEngine engine = Start(new FakeRunner { OnStep = runner.OnStep }, 24);
            List<TokenEvent> events = await engine.Generate(request with { Prediction = prediction }, default).Collect();
            Assert.Equal(answer, InferenceEngineTests.Tokens(events));
            Assert.InRange(events[^1].Usage!.AcceptedDrafts, fewest, most);
        }
    }

    [Fact]
    public async Task In_a_tight_cache_guesses_throw_nobody_out_and_leave_no_blocks_behind()
    {
        using InferenceEngine engine = Start(Repeating(blocks: 30), 24);
        Task<List<TokenEvent>>[] all =
            [.. Enumerable.Range(0, 12).Select(i => engine.Generate(InferenceEngineTests.Greedy(Some.Prompt(i, 10), 60), default).Collect())];
        List<TokenEvent>[] answers = await Task.WhenAll(all);
        using InferenceEngine plain = Start(Repeating(), 0);
        for (int i = 0; i < answers.Length; i++)
            Assert.Equal(InferenceEngineTests.Tokens(await plain.Generate(InferenceEngineTests.Greedy(Some.Prompt(i, 10), 60), default).Collect()), InferenceEngineTests.Tokens(answers[i]));
        Assert.Equal(30, engine.Statistics.FreeBlocks);
        Assert.True(engine.Statistics.AcceptedTokens > 0, "Nothing was guessed right, so nothing was tested.");
    }

    private static async Task<(List<TokenEvent>[], EngineStatistics)> Answer(GenerationRequest[] requests, int mostDraft)
    {
        using InferenceEngine engine = Start(Repeating(), mostDraft);
        var answers = new List<TokenEvent>[requests.Length];
        for (int i = 0; i < requests.Length; i++)
            answers[i] = await engine.Generate(requests[i], default).Collect();
        return (answers, engine.Statistics);
    }

    private static void AssertSame(List<TokenEvent> plain, List<TokenEvent> guessed, bool sameCache = true)
    {
        Assert.Equal(InferenceEngineTests.Tokens(plain), InferenceEngineTests.Tokens(guessed));
        Assert.Equal(plain.Select(e => e.LogProbabilities?.LogProbability), guessed.Select(e => e.LogProbabilities?.LogProbability));
        Assert.Equal(plain.SelectMany(e => e.LogProbabilities?.Top ?? []), guessed.SelectMany(e => e.LogProbabilities?.Top ?? []));
        Assert.Equal(plain[^1].Finish, guessed[^1].Finish);
        Assert.Equal(plain[^1].Usage!.CompletionTokens, guessed[^1].Usage!.CompletionTokens);
        if (sameCache)
            Assert.Equal(plain[^1].Usage!.CachedTokens, guessed[^1].Usage!.CachedTokens);
    }

    // Mostly says what it said seven tokens ago; a step costs more than its rows, as with a real model.
    private static FakeRunner Repeating(int blocks = 1024) => new()
    {
        BlockCount = blocks,
        Certainty = 9,
        EndOfSequenceIds = [250],
        Next = history => history[^Math.Min(7, history.Count)],
        OnStep = _ => Thread.SpinWait(5_000),
    };

    private static InferenceEngine Start(FakeRunner runner, int mostDraft) =>
        InferenceEngineTests.Start(runner, new EngineOptions { MaxDraftTokens = mostDraft });
}

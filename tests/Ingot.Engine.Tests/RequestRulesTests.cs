using Ingot.Compute;
using Ingot.Compute.Threading;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing;
using static Ingot.Engine.Tests.InferenceEngineTests;

namespace Ingot.Engine.Tests;

public sealed class RequestRulesTests
{
    [Fact]
    public void A_prompt_as_long_as_the_context_is_refused_with_both_numbers()
    {
        IngotException error = Refusal(Greedy(new int[100], null));

        Assert.Equal(ErrorCode.ContextLengthExceeded, error.Code);
        Assert.StartsWith("This model's maximum context length is 100 tokens. However, your messages resulted in 100 tokens.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_and_completion_beyond_the_context_are_refused_with_all_numbers()
    {
        IngotException error = Refusal(Greedy(new int[60], int.MaxValue));

        Assert.Equal(ErrorCode.ContextLengthExceeded, error.Code);
        Assert.Equal("max_tokens", error.Param);
        Assert.Contains("you requested 2147483707 tokens (60 in the messages, 2147483647 in the completion)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_too_small_is_refused_with_its_size()
    {
        IngotException error = Refusal(Greedy(new int[10], 32), blocks: 10);

        Assert.Equal(ErrorCode.InsufficientMemory, error.Code);
        Assert.Contains("holds 40 tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_answers_than_there_is_ever_room_for_are_refused_by_name_before_anything_is_made()
    {
        using InferenceEngine engine = Start(new FakeRunner(), new EngineOptions { MaxSequences = 2, QueueCapacity = 3 });

        foreach (int count in new[] { 6, int.MaxValue })
        {
            var error = Assert.Throws<IngotException>(() => { engine.Generate(Greedy([1], 3), count, default); });
            Assert.Equal((ErrorCode.InvalidValue, "n"), (error.Code, error.Param));
            Assert.Contains("at most 5", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(5, engine.Generate(Greedy([1], 3), 5, default).Count);
    }

    [Fact]
    public async Task A_request_whose_constraint_cannot_be_made_takes_no_room()
    {
        using InferenceEngine engine = Start(new FakeRunner(), new EngineOptions { MaxSequences = 1, QueueCapacity = 0 });
        GenerationRequest broken = Greedy([1], 3) with { Constraint = () => throw new InvalidOperationException("No such grammar.") };

        Assert.Throws<InvalidOperationException>(() => { engine.Generate(broken, default); });

        Assert.Equal(4, (await engine.Generate(Greedy([1], 3), default).Collect()).Count);
    }

    [Fact]
    public async Task Without_a_limit_a_generation_takes_what_context_and_cache_leave()
    {
        using InferenceEngine roomy = Start(new FakeRunner { ContextLength = 100 });
        using InferenceEngine tight = Start(new FakeRunner { ContextLength = 100, BlockCount = 10 });

        List<TokenEvent> all = await roomy.Generate(Greedy(new int[99], null), default).Collect();
        List<TokenEvent> less = await tight.Generate(Greedy(new int[10], null), default).Collect();

        Assert.Single(Tokens(all));
        Assert.Equal(31, Tokens(less).Count);
    }

    [Theory]
    [InlineData(ErrorCode.MissingRequiredParameter, "messages", new int[0], 1)]
    [InlineData(ErrorCode.InvalidValue, "prompt", new[] { -1 }, 1)]
    [InlineData(ErrorCode.InvalidValue, "prompt", new[] { 256 }, 1)]
    [InlineData(ErrorCode.InvalidValue, "max_tokens", new[] { 1 }, -1)]
    public void A_request_that_cannot_run_is_refused(ErrorCode code, string param, int[] prompt, int maxTokens)
    {
        IngotException error = Refusal(Greedy(prompt, maxTokens));
        Assert.Equal((code, param), (error.Code, error.Param));
    }

    public static TheoryData<string, SamplingOptions> BadSampling => new()
    {
        { "temperature", new SamplingOptions { Temperature = float.NaN } },
        { "temperature", new SamplingOptions { Temperature = -1 } },
        { "top_k", new SamplingOptions { TopK = -1 } },
        { "top_p", new SamplingOptions { TopP = 1.01f } },
        { "min_p", new SamplingOptions { MinP = -0.1f } },
        { "repetition_penalty", new SamplingOptions { RepetitionPenalty = 0 } },
        { "presence_penalty", new SamplingOptions { PresencePenalty = 2.1f } },
        { "frequency_penalty", new SamplingOptions { FrequencyPenalty = float.NegativeInfinity } },
        { "logit_bias", new SamplingOptions { LogitBias = new Dictionary<int, float> { [256] = 1 } } },
        { "logit_bias", new SamplingOptions { LogitBias = new Dictionary<int, float> { [1] = 101 } } },
    };

    [Theory]
    [MemberData(nameof(BadSampling))]
    public void Sampling_out_of_range_is_refused_by_name(string param, SamplingOptions sampling)
    {
        IngotException error = Refusal(Greedy([1], 1) with { Sampling = sampling });
        Assert.Equal((ErrorCode.InvalidValue, param), (error.Code, error.Param));
    }

    [Fact]
    public void Options_out_of_range_are_reported_all_at_once()
    {
        var options = new EngineOptions { MaxSequences = 0, QueueCapacity = -1, KvCacheBytes = 0, StepTokenBudget = -5, ThreadCount = -1, Name = "" };

        var error = Assert.Throws<IngotException>(options.Validate);

        foreach (string name in new[] { "MaxSequences", "QueueCapacity", "KvCacheBytes", "StepTokenBudget", "ThreadCount", "Name" })
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_threads_as_the_options_allow_can_compute()
    {
        new EngineOptions { ThreadCount = EngineOptions.MostThreads }.Validate();
        new ComputeOptions { ThreadCount = EngineOptions.MostThreads }.Validate();
        using (new ThreadTeam(EngineOptions.MostThreads))
            Assert.Throws<IngotException>(new EngineOptions { ThreadCount = EngineOptions.MostThreads + 1 }.Validate);
    }

    private static IngotException Refusal(GenerationRequest request, int blocks = 1000)
    {
        using InferenceEngine engine = Start(new FakeRunner { ContextLength = 100, BlockCount = blocks });
        return Assert.Throws<IngotException>(() => { engine.Generate(request, default); });
    }
}

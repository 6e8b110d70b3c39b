using Ingot.Engine.Sampling;
using Ingot.Engine.Sampling.Masks;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Constraints;

public sealed class MaskFinderTests
{
    [Fact]
    public async Task A_mask_that_takes_long_is_found_while_the_model_computes()
    {
        using var found = new SemaphoreSlim(0);
        int steps = 0;
        var constraint = new EvenTokens { OnFind = () => found.Release() };
        // A step ends only when the mask for what follows it has been found.
        using InferenceEngine engine = Start(new FakeRunner { OnStep = _ => { steps++; Assert.True(found.Wait(Waits.Longest)); } });
        List<TokenEvent> events = await engine.Generate(Request(constraint, 20), CancellationToken.None).Collect();
        Assert.Equal(20, events.Count(e => e.Token % 2 == 0));
        Assert.Equal((20, 20), (steps, constraint.Found));
    }

    [Fact]
    public async Task A_known_mask_is_left_to_the_moment_it_is_needed()
    {
        var constraint = new EvenTokens { IsMaskKnown = true };
        using InferenceEngine engine = Start(new FakeRunner());
        List<TokenEvent> events = await engine.Generate(Request(constraint, 20), CancellationToken.None).Collect();
        Assert.Equal(20, events.Count(e => e.Token % 2 == 0));
        Assert.Equal(0, constraint.Found);
    }

    [Fact]
    public async Task Masks_of_several_answers_are_found_by_two_threads()
    {
        // Each waits for another one: alone, a thread would wait for ever.
        using var pair = new Barrier(2);
        GenerationRequest request = Request(null, 5) with { Constraint = () => new EvenTokens { OnFind = () => Assert.True(pair.SignalAndWait(Waits.Longest)) } };
        using InferenceEngine engine = Start(new FakeRunner());
        IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers = engine.Generate(request with { Prompt = Some.Prompt(1, 3) }, 2, CancellationToken.None);
        foreach (List<TokenEvent> events in await Task.WhenAll(answers.Select(answer => answer.Collect())))
            Assert.Equal(5, events.Count(e => e.Token % 2 == 0));
    }

    [Fact]
    public async Task A_mask_that_cannot_be_found_ends_its_own_answer_only()
    {
        using InferenceEngine engine = Start(new FakeRunner());
        Task<List<TokenEvent>> other = engine.Generate(Request(new EvenTokens(), 30), CancellationToken.None).Collect();
        var failing = new EvenTokens { OnFind = () => throw new IngotException(ErrorCode.InvalidValue, "Too ambiguous.") };
        var refusal = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Request(failing, 30), CancellationToken.None).Collect());
        Assert.Equal("Too ambiguous.", refusal.Message);
        var broken = new EvenTokens { OnFind = () => throw new InvalidOperationException("A defect.") };
        refusal = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Request(broken, 30), CancellationToken.None).Collect());
        Assert.Equal(ErrorCode.Internal, refusal.Code);
        Assert.Equal(FinishReason.Length, (await other)[^1].Finish);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_to_the_next()
    {
        int steps = 0;
        using InferenceEngine engine = Start(new FakeRunner { OnStep = _ => Assert.NotEqual(2, ++steps) });
        await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Request(new EvenTokens(), 5), CancellationToken.None).Collect());
        List<TokenEvent> events = await engine.Generate(Request(new EvenTokens(), 5), CancellationToken.None).Collect();
        Assert.Equal(5, events.Count(e => e.Token % 2 == 0));
    }

    [Fact]
    public async Task A_thousand_rounds_lose_and_double_no_mask()
    {
        List<EvenTokens> constraints = [];
        GenerationRequest request = Request(null, 200) with
        {
            Constraint = () =>
            {
                var constraint = new EvenTokens();
                constraints.Add(constraint);
                return constraint;
            },
        };
        using InferenceEngine engine = Start(new FakeRunner { BlockCount = 4096 });
        for (int round = 0; round < 5; round++)
            await Task.WhenAll(engine.Generate(request, 8, CancellationToken.None).Select(answer => answer.Collect()));
        Assert.Equal(40, constraints.Count);
        Assert.All(constraints, constraint => Assert.Equal(200, constraint.Found));
    }

    private static InferenceEngine Start(FakeRunner runner) =>
        new(runner, new EngineOptions { Name = "test", MaxSequences = 8, MaxDraftTokens = 0 }, NullLogger<InferenceEngine>.Instance);

    private static GenerationRequest Request(EvenTokens? constraint, int maxTokens) => new()
    {
        Prompt = Some.Prompt(3, 6),
        Sampling = new SamplingOptions { Seed = 1 },
        MaxTokens = maxTokens,
        Constraint = constraint is null ? null : () => constraint,
    };

    private sealed class EvenTokens : ITokenConstraint
    {
        private int _inUse;

        public Action OnFind { get; init; } = () => { };

        public int Found { get; private set; }

        public bool IsMaskKnown { get; init; }

        public bool CanContinue => true;

        public void FindMask()
        {
            Assert.Equal(1, Interlocked.Increment(ref _inUse));
            Found++;
            OnFind();
            Interlocked.Decrement(ref _inUse);
        }

        public void FillMask(Span<ulong> allowed)
        {
            Assert.Equal(0, Volatile.Read(ref _inUse));
            allowed.Fill(0x5555_5555_5555_5555);
        }

        public void Advance(int token) => Assert.Equal(0, Volatile.Read(ref _inUse));

        public IReadOnlyList<int> TakeForced(int limit) => [];

        public int FitGuess(Span<int> guess, int count, out int certain)
        {
            certain = 0;
            return count;
        }
    }
}

using System.Runtime.CompilerServices;
using Ingot.Engine.Sampling;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using static Ingot.Engine.Tests.Constraints.SmallVocabulary;

namespace Ingot.Engine.Tests.Constraints;

public sealed class FittedGuessTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(false, 1, false)]
    [InlineData(false, 1, true)]
    [InlineData(true, 0, false)]
    [InlineData(true, 1, false)]
    [InlineData(true, 0.7f, true)]
    public async Task An_answer_held_to_a_format_is_the_same_whatever_is_guessed_and_however_guesses_are_fitted(bool isOfRecords, float temperature, bool scored)
    {
        var constraint = new TokenConstraint(CompiledGrammar.Compile(isOfRecords ? Records() : Json()), Vocabulary);
        List<TokenEvent>[] plain = await Answer(constraint, temperature, scored, mostDraft: 0, fits: true);
        List<TokenEvent>[] unfitted = await Answer(constraint, temperature, scored, mostDraft: 24, fits: false);
        List<TokenEvent>[] fitted = await Answer(constraint, temperature, scored, mostDraft: 24, fits: true);

        for (int i = 0; i < plain.Length; i++)
        {
            AssertSame(plain[i], unfitted[i]);
            AssertSame(plain[i], fitted[i]);
        }
        Assert.True(Accepted(fitted) > 0, "Nothing was guessed right, so nothing was tested.");
        output.WriteLine($"rows of guesses right and wrong: as guessed {Accepted(unfitted)}, {Refused(unfitted)}; fitted {Accepted(fitted)}, {Refused(fitted)}");
    }

    [Fact]
    public async Task A_guess_that_does_not_fit_costs_no_row()
    {
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Json()), Vocabulary);
        var asked = new StrongBox<int>();
        GenerationRequest request = Request(1) with { Constraint = () => new NothingFits(new StateConstraint(constraint.Start()), asked) };
        using InferenceEngine engine = Start(mostDraft: 24);
        for (ulong seed = 0; seed < 10; seed++)
            await engine.Generate(request with { Sampling = new SamplingOptions { Seed = seed } }, default).Collect();
        Assert.Equal(0, engine.Statistics.DraftedTokens);
        Assert.True(asked.Value > 0, "Nothing was guessed.");
    }

    [Fact]
    public async Task A_guess_that_cannot_be_fitted_is_given_up_and_the_answer_goes_on()
    {
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Records()), Vocabulary);
        var asked = new StrongBox<int>();
        GenerationRequest request = Request(1) with { Constraint = () => new NothingFits(new StateConstraint(constraint.Start()), asked) { Failure = new InvalidOperationException("too far ahead") } };
        using InferenceEngine engine = Start(mostDraft: 24), plain = Start(mostDraft: 0);
        AssertSame(await plain.Generate(Request(1) with { Constraint = () => new StateConstraint(constraint.Start()) }, default).Collect(), await engine.Generate(request, default).Collect());
        Assert.True(asked.Value > 0, "Nothing was guessed.");
    }

    [Fact]
    public async Task What_must_follow_a_guess_is_computed_with_it()
    {
        // The model always says the first kind again; what lies between two kinds must come.
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Repeat(new Sequence([new Literal("kind:"), new Choice([new Literal("A"), new Literal("B")]), new Literal(";....")]), 20, 20))), Vocabulary);
        GenerationRequest request = Request(0) with { Sampling = new SamplingOptions { Temperature = 0 }, MaxTokens = 300, Constraint = () => new StateConstraint(constraint.Start()) };
        using InferenceEngine plain = Start(mostDraft: 0), guessing = Start(mostDraft: 24);

        List<TokenEvent> expected = await plain.Generate(request, default).Collect(), answer = await guessing.Generate(request, default).Collect();

        AssertSame(expected, answer);
        Assert.True(guessing.Statistics.Steps < plain.Statistics.Steps);
        Assert.InRange(answer[^1].Usage!.RefusedDrafts, 0, answer[^1].Usage!.AcceptedDrafts);
    }

    private static async Task<List<TokenEvent>[]> Answer(TokenConstraint constraint, float temperature, bool scored, int mostDraft, bool fits)
    {
        using InferenceEngine engine = Start(mostDraft);
        var answers = new List<TokenEvent>[16];
        for (int i = 0; i < answers.Length; i++)
        {
            GenerationRequest request = Request(i) with
            {
                Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)i },
                TopLogProbabilities = scored ? 2 : null,
                Constraint = () => new StateConstraint(constraint.Start(), fits),
            };
            answers[i] = await engine.Generate(request, default).Collect();
        }
        return answers;
    }

    private static GenerationRequest Request(int seed) => new() { Prompt = Some.Prompt(seed, 12), MaxTokens = 150, Sampling = new SamplingOptions { Seed = 9 } };

    private static int Accepted(List<TokenEvent>[] answers) => answers.Sum(events => events[^1].Usage!.AcceptedDrafts);

    private static int Refused(List<TokenEvent>[] answers) => answers.Sum(events => events[^1].Usage!.RefusedDrafts);

    private static void AssertSame(List<TokenEvent> expected, List<TokenEvent> answer)
    {
        Assert.Equal(InferenceEngineTests.Tokens(expected), InferenceEngineTests.Tokens(answer));
        Assert.Equal(expected.Select(e => e.LogProbabilities?.LogProbability), answer.Select(e => e.LogProbabilities?.LogProbability));
        Assert.Equal((expected[^1].Finish, expected[^1].Usage!.CompletionTokens), (answer[^1].Finish, answer[^1].Usage!.CompletionTokens));
    }

    // Mostly says what it said eleven tokens ago; a step costs more than its rows, as with a real model.
    private static InferenceEngine Start(int mostDraft) => InferenceEngineTests.Start(
        new FakeRunner
        {
            BlockCount = 4096,
            Certainty = 6,
            EndOfSequenceIds = [End],
            Next = history => history[^Math.Min(11, history.Count)],
            OnStep = _ => Thread.SpinWait(5_000),
        },
        new EngineOptions { MaxDraftTokens = mostDraft });

    private sealed class NothingFits(StateConstraint constraint, StrongBox<int> asked) : ITokenConstraint
    {
        public Exception? Failure { get; init; }

        public bool CanContinue => constraint.CanContinue;

        public bool IsMaskKnown => constraint.IsMaskKnown;

        public void FindMask() => constraint.FindMask();

        public void FillMask(Span<ulong> allowed) => constraint.FillMask(allowed);

        public void Advance(int token) => constraint.Advance(token);

        public IReadOnlyList<int> TakeForced(int limit) => constraint.TakeForced(limit);

        public int FitGuess(Span<int> guess, int count, out int certain)
        {
            asked.Value++;
            certain = Failure is null ? 0 : 3;
            return Failure is null ? 0 : throw Failure;
        }
    }
}

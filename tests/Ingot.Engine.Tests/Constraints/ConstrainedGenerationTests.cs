using System.Text.Json;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingot.Engine.Tests.Constraints.SmallVocabulary;

namespace Ingot.Engine.Tests.Constraints;

public sealed class ConstrainedGenerationTests
{
    [Fact]
    public async Task A_thousand_random_answers_under_a_grammar_are_json()
    {
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], Certainty = 4, BlockCount = 4096, ContextLength = 400 }, maxSequences: 16);
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Json()), Vocabulary);
        int whole = 0, nested = 0;
        for (int round = 0; round < 50; round++)
        {
            GenerationRequest request = Request(constraint, seed: (ulong)round * 100, temperature: round % 3 == 0 ? 0 : 1.3f) with { Prompt = Some.Prompt(round, 5) };
            IReadOnlyList<IAsyncEnumerable<TokenEvent>> answers = engine.Generate(request, 20, CancellationToken.None);
            foreach (List<TokenEvent> events in await Task.WhenAll(answers.Select(answer => answer.Collect())))
            {
                string text = TextOf(events);
                if (events[^1].Finish == FinishReason.Length)
                    continue;
                using JsonDocument document = JsonDocument.Parse(text);
                whole++;
                nested += document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? 1 : 0;
            }
        }
        Assert.InRange(whole, 900, 1000);
        Assert.InRange(nested, 1, 1000);
    }

    [Fact]
    public async Task What_must_come_is_appended_without_asking_the_model()
    {
        int steps = 0;
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], OnStep = _ => steps++ });
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("{\"name\":true}"))), Vocabulary);
        List<TokenEvent> events = await engine.Generate(Request(constraint), CancellationToken.None).Collect();
        Assert.Equal("{\"name\":true}", TextOf(events));
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
        Assert.Equal(1, steps);
        Assert.Equal(events.Count - 1, events[^1].Usage!.CompletionTokens);
    }

    [Fact]
    public async Task An_answer_is_the_same_with_others_beside_it_and_few_blocks()
    {
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Json()), Vocabulary);
        List<string> alone = [];
        for (int i = 0; i < 8; i++)
        {
            using InferenceEngine single = Start(new FakeRunner { EndOfSequenceIds = [End], Certainty = 4 });
            alone.Add(TextOf(await single.Generate(Request(constraint, seed: (ulong)i, maxTokens: 60), CancellationToken.None).Collect()));
        }
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], Certainty = 4, BlockCount = 40 }, maxSequences: 8);
        List<TokenEvent>[] together = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => engine.Generate(Request(constraint, seed: (ulong)i, maxTokens: 60), CancellationToken.None).Collect()));
        Assert.Equal(alone, together.Select(TextOf));
    }

    [Fact]
    public async Task Log_probabilities_are_those_of_the_model_not_of_the_constraint()
    {
        var logits = new List<float[]>();
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], OnLogits = row => logits.Add(row.ToArray()) });
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("abc"))), Vocabulary);
        List<TokenEvent> events = await engine.Generate(Request(constraint) with { TopLogProbabilities = 1 }, CancellationToken.None).Collect();
        Assert.Equal("abc", TextOf(events));
        double sum = logits[0].Sum(logit => Math.Exp(logit));
        Assert.Equal(logits[0][events[0].Token!.Value] - Math.Log(sum), events[0].LogProbabilities!.LogProbability, 1e-3);
        Assert.Equal(logits[0].Max() - Math.Log(sum), events[0].LogProbabilities!.Top[0].LogProbability, 1e-3);
    }

    [Fact]
    public async Task The_limit_of_tokens_ends_an_answer_also_amid_what_must_come()
    {
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End] });
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("x y z x y z"))), Vocabulary);
        List<TokenEvent> events = await engine.Generate(Request(constraint, maxTokens: 4), CancellationToken.None).Collect();
        Assert.Equal("x y ", TextOf(events));
        Assert.Equal((FinishReason.Length, 4), (events[^1].Finish, events[^1].Usage!.CompletionTokens));
        events = await engine.Generate(Request(constraint, maxTokens: 11), CancellationToken.None).Collect();
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_token_ends_an_answer_also_amid_what_must_come(bool guesses)
    {
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End] });
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("x y z x y z"))), Vocabulary);
        GenerationRequest request = Request(constraint) with { StopTokens = ['z'], Prediction = guesses ? [.. "x y z x"] : [] };

        // The second time the first answer is guessed.
        for (int i = 0; i < 2; i++)
        {
            List<TokenEvent> events = await engine.Generate(request, CancellationToken.None).Collect();
            Assert.Equal("x y ", TextOf(events));
            Assert.Equal((FinishReason.Stop, 5), (events[^1].Finish, events[^1].Usage!.CompletionTokens));
        }
    }

    [Fact]
    public async Task What_no_token_can_write_ends_its_own_answer_only()
    {
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End] });
        var impossible = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("é"))), Vocabulary);
        Task<List<TokenEvent>> other = engine.Generate(Request(null, maxTokens: 30) with { IgnoreEndOfSequence = true }, CancellationToken.None).Collect();
        var refusal = await Assert.ThrowsAsync<IngotException>(() => engine.Generate(Request(impossible), CancellationToken.None).Collect());
        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        Assert.Equal(FinishReason.Length, (await other)[^1].Finish);
    }

    private static InferenceEngine Start(FakeRunner runner, int maxSequences = 8) =>
        new(runner, new EngineOptions { Name = "test", MaxSequences = maxSequences }, NullLogger<InferenceEngine>.Instance);

    private static GenerationRequest Request(TokenConstraint? constraint, ulong seed = 1, float temperature = 1, int? maxTokens = null) => new()
    {
        Prompt = Some.Prompt(3, 6),
        Sampling = new SamplingOptions { Temperature = temperature, Seed = seed },
        MaxTokens = maxTokens,
        Constraint = constraint is null ? null : () => new StateConstraint(constraint.Start()),
    };
}

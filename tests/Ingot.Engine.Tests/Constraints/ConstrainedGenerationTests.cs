using System.Text;
using System.Text.Json;
using Ingot.Engine.Sampling;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Constraints;

public sealed class ConstrainedGenerationTests
{
    private const int End = 255;

    // Every byte of ASCII is a token, and so are some that open, close and join at once.
    private static readonly string[] Words = ["{\"", "\":", "\",\"", "\"}", "true", "false", "null", "[]", "abc", "name", "12", "\": ", "},", "e", "\\u00e9", "中"];

    private static readonly string[] Tokens =
        [.. Enumerable.Range(0, 128).Select(value => ((char)value).ToString()), .. Words, .. Enumerable.Repeat("", End - 128 - Words.Length), "<end>"];

    private static readonly ConstraintVocabulary Vocabulary =
        ConstraintVocabulary.Create([.. Tokens.Select(token => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(token))], [End]);

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
                string text = Text(events);
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
        Assert.Equal("{\"name\":true}", Text(events));
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
            alone.Add(Text(await single.Generate(Request(constraint, seed: (ulong)i, maxTokens: 60), CancellationToken.None).Collect()));
        }
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], Certainty = 4, BlockCount = 40 }, maxSequences: 8);
        List<TokenEvent>[] together = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => engine.Generate(Request(constraint, seed: (ulong)i, maxTokens: 60), CancellationToken.None).Collect()));
        Assert.Equal(alone, together.Select(Text));
    }

    [Fact]
    public async Task Log_probabilities_are_those_of_the_model_not_of_the_constraint()
    {
        var logits = new List<float[]>();
        using InferenceEngine engine = Start(new FakeRunner { EndOfSequenceIds = [End], OnLogits = row => logits.Add(row.ToArray()) });
        var constraint = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal("abc"))), Vocabulary);
        List<TokenEvent> events = await engine.Generate(Request(constraint) with { TopLogProbabilities = 1 }, CancellationToken.None).Collect();
        Assert.Equal("abc", Text(events));
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
        Assert.Equal("x y ", Text(events));
        Assert.Equal((FinishReason.Length, 4), (events[^1].Finish, events[^1].Usage!.CompletionTokens));
        events = await engine.Generate(Request(constraint, maxTokens: 11), CancellationToken.None).Collect();
        Assert.Equal(FinishReason.Stop, events[^1].Finish);
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

    private static Grammar Json()
    {
        GrammarNode text = new JsonStringContent(new Repeat(GrammarNode.AnyCharacter, 0, 12));
        GrammarNode space = new Repeat(CharacterSet.Of(" "), 0, 1);
        return new Grammar(
            new Dictionary<string, GrammarNode>
            {
                ["root"] = new Choice([new RuleReference("object"), new RuleReference("array")]),
                ["value"] = new Choice([new RuleReference("root"), new RuleReference("string"), new Literal("true"), new Literal("null"), new RuleReference("number")]),
                ["string"] = new Sequence([new Literal("\""), text, new Literal("\"")]),
                ["number"] = RegularExpression.Parse("-?(0|[1-9][0-9]{0,5})([.][0-9]{1,3})?", PatternScope.Whole),
                ["object"] = new Sequence([new Literal("{"), List(new Sequence([new RuleReference("string"), new Literal(":"), space, new RuleReference("value")])), new Literal("}")]),
                ["array"] = new Sequence([new Literal("["), List(new RuleReference("value")), new Literal("]")]),
            },
            "root");

        GrammarNode List(GrammarNode item) =>
            new Repeat(new Sequence([item, new Repeat(new Sequence([new Literal(","), space, item]), 0, 3)]), 0, 1);
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

    private static string Text(List<TokenEvent> events) => string.Concat(events.Where(e => e.Token is not null).Select(e => Tokens[e.Token!.Value]));

    private sealed class StateConstraint(ConstraintState state) : ITokenConstraint
    {
        public bool CanContinue => state.CanContinue;

        public bool IsMaskKnown => state.IsMaskKnown;

        public void FindMask() => state.FindMask();

        public void FillMask(Span<ulong> allowed) => state.FillMask(allowed);

        public void Advance(int token) => Assert.True(state.Advance(token));

        public IReadOnlyList<int> TakeForced(int limit) => state.TakeForced(limit);
    }
}

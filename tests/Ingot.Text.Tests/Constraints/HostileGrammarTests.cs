using System.Text;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Tests.Constraints;

public sealed class HostileGrammarTests
{
    // Seconds of the processor. Far more than it takes, far less than what is not bounded would.
    private const double Patience = 120;

    private static readonly GrammarNode A = new Literal("a");

    public static TheoryData<string> Refused => [.. Hostile.Keys];

    private static Dictionary<string, Func<Grammar>> Hostile => new()
    {
        ["itself only"] = () => Grammar.Of(new RuleReference("root")),
        ["no such rule"] = () => Grammar.Of(new RuleReference("other")),
        ["no root"] = () => new Grammar(new Dictionary<string, GrammarNode>(), "root"),
        ["never ends"] = () => Grammar.Of(new Sequence([A, new RuleReference("root")])),
        ["nothing"] = () => Grammar.Of(new Intersection([A, new Literal("b")])),
        ["deep"] = () => Grammar.Of(Nested(100_000, node => new Sequence([node]))),
        ["wide by sharing"] = () => Grammar.Of(Nested(60, node => new Sequence([node, node]))),
        ["huge count"] = () => Grammar.Of(new Repeat(A, 0, int.MaxValue)),
        ["negative count"] = () => Grammar.Of(new Repeat(A, -1, 4)),
        ["counts of counts"] = () => Grammar.Of(Nested(6, node => new Repeat(new Choice([node, new Sequence([node, node])]), 0, 1000))),
        ["subset blow-up"] = () => Grammar.Of(RegularExpression.Parse("(a|b)*a(a|b){40}")),
        ["intersection blow-up"] = () => Grammar.Of(new Intersection([.. Enumerable.Range(5, 12).Select(n => RegularExpression.Parse($"(a{{{n}}}|b{{{n + 1}}}){{3,}}", PatternScope.Whole))])),
        ["recursion in a difference"] = () => Grammar.Of(new Difference(new Choice([A, new Sequence([A, new RuleReference("root")])]), A)),
        ["rules that double in a regular part"] = () => new Grammar(Enumerable.Range(0, 60).ToDictionary(i => $"r{i}", i => i == 59 ? A
            : i == 0 ? new Intersection([new RuleReference("r1"), A])
            : (GrammarNode)new Sequence([new RuleReference($"r{i + 1}"), new RuleReference($"r{i + 1}")])), "r0"),
        ["half a surrogate pair"] = () => Grammar.Of(new Literal("\uD800")),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_hostile_grammar_is_refused_in_bounded_time(string name)
    {
        var grammar = Hostile[name]();
        AssertBounded(() =>
        {
            var refusal = Assert.Throws<IngotException>(() => CompiledGrammar.Compile(grammar, param: "grammar"));
            Assert.Equal((ErrorCode.InvalidValue, "grammar"), (refusal.Code, refusal.Param));
        });
    }

    [Fact]
    public void Many_rules_that_call_each_other_in_a_chain_or_a_circle_compile()
    {
        var chain = Enumerable.Range(0, 5_000).ToDictionary(i => $"r{i}", i => i == 4_999 ? A : (GrammarNode)new RuleReference($"r{i + 1}"));
        Assert.True(CompiledGrammar.Compile(new Grammar(chain, "r0")).Accepts("a"u8));
        var circle = Enumerable.Range(0, 100).ToDictionary(i => $"r{i}", i => (GrammarNode)new Choice([A, new RuleReference($"r{(i + 1) % 100}")]));
        Assert.True(CompiledGrammar.Compile(new Grammar(circle, "r0")).Accepts("a"u8));
    }

    [Theory]
    [InlineData("left")]
    [InlineData("right")]
    [InlineData("both")]
    [InlineData("hidden left")]
    [InlineData("nested")]
    public void Recursion_of_any_kind_reads_long_texts_in_good_time(string kind)
    {
        var self = new RuleReference("root");
        GrammarNode rule = kind switch
        {
            "left" => new Choice([A, new Sequence([self, A])]),
            "right" => new Choice([A, new Sequence([A, self])]),
            "both" => new Choice([A, new Sequence([self, self]), new Sequence([self, self, self])]),
            "hidden left" => new Choice([A, new Sequence([new Repeat(new Literal("b"), 0, 1), self, A])]),
            _ => new Choice([A, new Sequence([A, self, A])]),
        };
        var compiled = CompiledGrammar.Compile(Grammar.Of(rule));
        var length = kind is "both" or "nested" ? 101 : 2001;
        AssertBounded(() =>
        {
            Assert.True(compiled.Accepts(Encoding.UTF8.GetBytes(new string('a', length))));
            Assert.False(compiled.Accepts(Encoding.UTF8.GetBytes(new string('a', length) + "b")));
        });
    }

    [Fact]
    public void A_text_that_can_be_read_in_too_many_ways_is_refused_in_good_time()
    {
        var self = new RuleReference("root");
        var compiled = CompiledGrammar.Compile(Grammar.Of(new Choice([A, new Sequence([self, self]), new Sequence([self, self, self])])));
        AssertBounded(() =>
        {
            var refusal = Assert.Throws<IngotException>(() => compiled.Accepts(Encoding.UTF8.GetBytes(new string('a', 100_000))));
            Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        });
    }

    private static void AssertBounded(Action read) => Assert.InRange(ThreadTime.Taken(read).TotalSeconds, 0, Patience);

    private static GrammarNode Nested(int depth, Func<GrammarNode, GrammarNode> wrap) =>
        Enumerable.Range(0, depth).Aggregate(A, (node, _) => wrap(node));
}

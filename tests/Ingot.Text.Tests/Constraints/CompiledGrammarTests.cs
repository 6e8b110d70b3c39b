using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Errors;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Tests.Constraints;

public sealed class CompiledGrammarTests
{
    [Fact]
    public void Any_grammar_accepts_exactly_what_its_nodes_mean() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new RandomGrammars(seed);
        var grammar = random.Grammar();
        if (TryCompile(grammar) is not { } compiled) return;
        for (var i = 0; i < 20; i++)
        {
            var text = random.Text();
            Assert.True(ReferenceMatcher.Accepts(grammar, text) == compiled.Accepts(Encoding.UTF8.GetBytes(text)), $"seed {seed}, text '{text}'");
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void A_grammar_without_texts_is_refused_and_only_such_a_one() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new RandomGrammars(seed);
        var grammar = random.Grammar();
        if (TryCompile(grammar) is not null) return;
        for (var i = 0; i < 10; i++) Assert.False(ReferenceMatcher.Accepts(grammar, random.Text()));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData("a", 0, 3)]
    [InlineData("a", 2, 900)]
    [InlineData("中", 500, 1000)]
    [InlineData("ab", 300, 300)]
    [InlineData("a", 700, null)]
    public void Counts_are_kept_to_the_item(string item, int minimum, int? maximum)
    {
        GrammarNode[] forms =
        [
            new Repeat(new Literal(item), minimum, maximum),
            new Sequence([new Literal("<"), new Repeat(new Literal(item), minimum, maximum), new Literal(">")]),
            new Sequence([new Repeat(new Literal(item), minimum, maximum), new Repeat(new Literal("b"), 0, null)]),
        ];
        (string Before, string After)[] around = [("", ""), ("<", ">"), ("", "bb")];
        for (var i = 0; i < forms.Length; i++)
        {
            var compiled = CompiledGrammar.Compile(Grammar.Of(forms[i]));
            int[] counts = [0, 1, minimum - 1, minimum, minimum + 1, (maximum ?? 5000) - 1, maximum ?? 5000, (maximum ?? 5000) + 1];
            foreach (var count in counts.Where(count => count >= 0))
            {
                var text = around[i].Before + string.Concat(Enumerable.Repeat(item, count)) + around[i].After;
                Assert.True((count >= minimum && !(count > maximum)) == compiled.Accepts(Encoding.UTF8.GetBytes(text)), $"{count} in form {i}");
            }
        }
    }

    [Fact]
    public void A_character_of_a_json_string_may_be_written_in_every_way_json_has() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var first = random.Next(0x110000);
        var set = new CharacterSet([new(first, Math.Min(0x10FFFF, first + random.Next(300_000)))], random.Next(2) == 0);
        var compiled = CompiledGrammar.Compile(Grammar.Of(new JsonStringContent(new Choice([set, new Literal("x")]))));
        foreach (var value in new[] { first, first - 1, random.Next(0x110000), random.Next(0x80), random.Next(0x800), 0x10000, 0x10FFFF, 0xFFFF, 0xD7FF, 0xE000 })
        {
            if (!Rune.IsValid(value)) continue;
            var rune = new Rune(value).ToString();
            var expected = rune == "x" || set.Ranges.Any(r => r.First <= value && value <= r.Last) != set.Negated;
            string[] spellings =
            [
                string.Concat(rune.Select(unit => $"\\u{(int)unit:x4}")),
                string.Concat(rune.Select(unit => $"\\u{(int)unit:X4}")),
                JsonSerializer.Serialize(rune, Relaxed)[1..^1],
            ];
            if (rune == "x") spellings = ["x"];
            foreach (var spelling in spellings) Assert.True(expected == compiled.Accepts(Encoding.UTF8.GetBytes(spelling)), $"{seed}: {value:X} as {spelling}");
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Theory]
    [InlineData("name", "name", true)]
    [InlineData("name", "\\u006eame", false)]
    [InlineData("a\"b\\c", "a\\\"b\\\\c", true)]
    [InlineData("line\nend", "line\\nend", true)]
    [InlineData("line\nend", "line\\u000aend", true)]
    [InlineData("line\nend", "line\nend", false)]
    [InlineData("caf\u00e9", "caf\u00e9", true)]
    [InlineData("caf\u00e9", "caf\\u00E9", true)]
    public void A_known_text_in_a_json_string_has_one_spelling_of_its_ascii(string text, string spelling, bool isAccepted) =>
        Assert.Equal(isAccepted, CompiledGrammar.Compile(Grammar.Of(new JsonStringContent(new Literal(text)))).Accepts(Encoding.UTF8.GetBytes(spelling)));

    [Theory]
    [InlineData("id", false)]
    [InlineData("\\u0069d", false)]
    [InlineData("i\\u0064", false)]
    [InlineData("ids", true)]
    [InlineData("", true)]
    [InlineData("name", false)]
    public void A_name_that_is_excluded_is_excluded_in_every_spelling(string spelling, bool isAccepted)
    {
        var names = new Difference(new Repeat(GrammarNode.AnyCharacter, 0, null), new Choice([new Literal("id"), new Literal("name")]));
        Assert.Equal(isAccepted, CompiledGrammar.Compile(Grammar.Of(new JsonStringContent(names))).Accepts(Encoding.UTF8.GetBytes(spelling)));
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CompiledGrammar? TryCompile(Grammar grammar)
    {
        try
        {
            return CompiledGrammar.Compile(grammar);
        }
        catch (IngotException refusal)
        {
            Assert.Contains("no text", refusal.Message, StringComparison.Ordinal);
            return null;
        }
    }
}

using System.Text;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;
using Ingot.Text.Tokenizers;

namespace Ingot.Text.Tests.Constraints;

public sealed class ConstraintStateTests
{
    private const int End = 0;

    private static readonly Lazy<Tokenizer> Shipped = new(() => Tokenizer.Load(ShippedModel.Folder));

    [Fact]
    public void Tokens_may_end_inside_a_character()
    {
        var state = Constrain(new Sequence([new Literal("é中"), CharacterSet.Of("😀😁")]), [[0xC3], [0xA9, 0xE4], [0xB8, 0xAD, 0xF0, 0x9F], [0x98], [0x80], [0x82], [0xC3, 0xA9]]).Start();
        foreach (var (allowed, next) in new (int[] Allowed, int Next)[] { ([1, 7], 1), ([2], 2), ([3], 3), ([4], 4), ([5], 5) })
        {
            Assert.Equal(allowed, Allowed(state));
            Assert.False(state.IsComplete);
            Assert.True(state.Advance(next));
        }
        Assert.Equal([End], Allowed(state));
        Assert.False(state.CanContinue);
        Assert.True(state.Advance(End));
        Assert.Empty(Allowed(state));
    }

    [Fact]
    public void The_end_is_allowed_exactly_where_the_text_is_whole()
    {
        var state = Constrain(new Repeat(new Literal("ab"), 1, 2), ["a"u8.ToArray(), "b"u8.ToArray(), "ba"u8.ToArray()]).Start();
        Assert.False(state.Advance(End));
        Assert.Equal([1], Allowed(state));
        Assert.True(state.Advance(1));
        Assert.Equal([2, 3], Allowed(state));
        Assert.True(state.Advance(2));
        Assert.Equal([End, 1], Allowed(state));
        Assert.True(state is { IsComplete: true, CanContinue: true });
        Assert.False(state.Advance(3));
        Assert.True(state.Advance(1));
        Assert.Equal([2], Allowed(state));
    }

    [Fact]
    public void An_empty_text_may_be_all_there_is()
    {
        var state = Constrain(GrammarNode.Empty, ["a"u8.ToArray()]).Start();
        Assert.True(state.IsComplete);
        Assert.Equal([End], Allowed(state));
    }

    [Fact]
    public void Tokens_with_the_same_bytes_are_allowed_together()
    {
        var state = Constrain(new Literal("ab"), ["a"u8.ToArray(), "b"u8.ToArray(), "a"u8.ToArray(), "a"u8.ToArray()]).Start();
        Assert.Equal([1, 3, 4], Allowed(state));
        Assert.True(state.Advance(4));
        Assert.Equal([2], Allowed(state));
    }

    [Fact]
    public void A_special_token_is_never_text_and_comes_only_where_it_is_asked_for()
    {
        var tokenizer = Shipped.Value;
        var special = Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsSpecial).ToList();
        Assert.NotEmpty(special);
        var vocabulary = ConstraintVocabulary.Create(tokenizer, [special[^1]]);
        var anything = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Repeat(GrammarNode.AnyCharacter, 1, null))), vocabulary).Start();
        Assert.DoesNotContain(special, Allowed(anything).Contains);
        var name = tokenizer.TokenOf(special[0])!;
        var asked = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Sequence([new SpecialToken(name), new Literal("x")]))), vocabulary).Start();
        Assert.Equal([special[0]], Allowed(asked));
        Assert.True(asked.Advance(special[0]));
        Assert.True(asked.Advance(tokenizer.FindToken("x")!.Value));
        var spelled = new TokenConstraint(CompiledGrammar.Compile(Grammar.Of(new Literal(name))), vocabulary).Start();
        Assert.False(spelled.Advance(special[0]));
        Assert.DoesNotContain(special, spelled.TakeForced(100).Contains);
    }

    [Theory]
    [InlineData("{\"name\": \"Paris\", \"population of the city\": 2102650}", "[a-z]*")]
    [InlineData("the whole answer is written already", "")]
    [InlineData("Straße 中文 😀", "[xy]")]
    public void What_must_come_is_written_with_the_tokens_the_tokenizer_makes(string forced, string then)
    {
        var tokenizer = Shipped.Value;
        var grammar = Grammar.Of(new Sequence([new Literal(forced), RegularExpression.Parse(then, PatternScope.Whole)]));
        var state = new TokenConstraint(CompiledGrammar.Compile(grammar), ConstraintVocabulary.Create(tokenizer, [0])).Start();
        Assert.Equal(forced, Encoding.UTF8.GetString(state.ForcedBytes()));
        var expected = tokenizer.Encode(forced, addSpecialTokens: false);
        var taken = state.TakeForced(1000);
        Assert.Equal(expected.Take(taken.Count), taken);
        Assert.InRange(taken.Count, expected.Count - (then.Length == 0 ? 0 : 2), expected.Count);
        Assert.Equal(then.Length == 0, !state.CanContinue);
        Assert.Empty(state.TakeForced(1000));
    }

    [Fact]
    public void Forced_tokens_come_in_parts_where_they_are_limited()
    {
        var tokenizer = Shipped.Value;
        var grammar = CompiledGrammar.Compile(Grammar.Of(new Literal("a rather long text that leaves no choice at all")));
        var state = new TokenConstraint(grammar, ConstraintVocabulary.Create(tokenizer, [0])).Start();
        List<int> taken = [];
        while (state.CanContinue)
        {
            var part = state.TakeForced(2);
            Assert.InRange(part.Count, 1, 2);
            taken.AddRange(part);
        }
        Assert.Equal("a rather long text that leaves no choice at all", tokenizer.Decode(taken));
    }

    [Fact]
    public void A_guess_is_cut_before_what_is_not_allowed_and_goes_on_with_what_must_come()
    {
        var tokenizer = Shipped.Value;
        var grammar = Grammar.Of(new Sequence([new Literal("{\"kind\": \""), RegularExpression.Parse("new|used", PatternScope.Whole), new Literal("\", \"count\": "), RegularExpression.Parse("[0-9]+", PatternScope.Whole), new Literal("}")]));
        var constraint = new TokenConstraint(CompiledGrammar.Compile(grammar), ConstraintVocabulary.Create(tokenizer, [0]));
        var state = constraint.Start();
        Assert.NotEmpty(state.TakeForced(100));
        int[] used = [.. tokenizer.Encode("used", addSpecialTokens: false)], wrong = [.. tokenizer.Encode(", x", addSpecialTokens: false)];
        var guess = new int[40];
        used.CopyTo(guess, 0);
        wrong.CopyTo(guess, used.Length);

        var fitting = state.FitGuess(guess, used.Length + wrong.Length, out var certain);

        Assert.Equal(used, guess[..(fitting - certain)]);
        Assert.True(certain > 0);
        // Nothing was taken by it: what it foretold is what comes.
        Assert.Equal(0, state.FitGuess([.. wrong], wrong.Length, out _));
        Assert.All(used, token => Assert.True(state.Advance(token)));
        Assert.Equal(guess[(fitting - certain)..fitting], state.TakeForced(100));
        Assert.Equal(2, state.FitGuess([.. tokenizer.Encode("12", addSpecialTokens: false).Append(0).Take(1), .. tokenizer.Encode("1", addSpecialTokens: false), .. tokenizer.Encode("}", addSpecialTokens: false)], 3, out certain));
        Assert.Equal(0, certain);
    }

    [Fact]
    public void A_guess_given_up_for_its_ambiguity_leaves_the_state_as_it_was()
    {
        var grammar = new Grammar(
            new Dictionary<string, GrammarNode> { ["root"] = new Choice([new Literal("a"), new Sequence([new RuleReference("root"), new RuleReference("root")]), new Sequence([new RuleReference("root"), new RuleReference("root"), new RuleReference("root")])]) },
            "root");
        byte[][] tokens = ["a"u8.ToArray(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"u8.ToArray()];
        var state = new TokenConstraint(CompiledGrammar.Compile(grammar, GrammarLimits.Default with { MaxTokenWork = 300 }), ConstraintVocabulary.Create([default, .. tokens.Select(bytes => (ReadOnlyMemory<byte>)bytes)], [End])).Start();
        Assert.True(state.Advance(1));
        Assert.Throws<IngotException>(() => state.FitGuess([2, 2], 2, out _));
        Assert.True(state.Advance(1));
        Assert.True(state.IsComplete);
    }

    private static TokenConstraint Constrain(GrammarNode node, byte[][] tokens) =>
        new(CompiledGrammar.Compile(Grammar.Of(node)), ConstraintVocabulary.Create([default, .. tokens.Select(bytes => (ReadOnlyMemory<byte>)bytes)], [End]));

    private static List<int> Allowed(ConstraintState state)
    {
        var mask = new ulong[state.Constraint.Vocabulary.MaskLength];
        state.FillMask(mask);
        return [.. Enumerable.Range(0, state.Constraint.Vocabulary.Size).Where(id => (mask[id >> 6] >> (id & 63) & 1) != 0)];
    }
}

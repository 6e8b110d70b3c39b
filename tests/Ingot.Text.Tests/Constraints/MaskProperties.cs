using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingot.Errors;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.Machine;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Text.Tests.Constraints;

public sealed class MaskProperties
{
    private const int End = 0;

    [Fact]
    public void A_mask_is_what_trying_every_token_finds() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new RandomGrammars(seed);
        var tokens = Tokens(random, 120);
        TokenConstraint constraint;
        try
        {
            constraint = Constrain(random.Grammar(), tokens);
        }
        catch (IngotException)
        {
            return;
        }
        for (var walk = 0; walk < 3; walk++) Walk(constraint, tokens, random, 12);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("[a-c]{3,2000}x")]
    [InlineData(".*")]
    [InlineData("(\"([^\"\\\\]|\\\\.)*\",?)+")]
    [InlineData("\"[^\"]{0,900}\"")]
    [InlineData("([^\"]{5,600}\"){2}")]
    [InlineData("[a-z ]{2,300}中?")]
    public void A_mask_is_right_where_most_tokens_are_plain_text(string pattern)
    {
        var random = new RandomGrammars(pattern.Length);
        var tokens = Tokens(random, 200);
        tokens.AddRange(new[] { "\"", "\",\"", "a\"", "\\", "\\\"b", "aaaaaaaaaaaaaaa", "c x", " ", "\n", "x", "中中中中" }.Select(Encoding.UTF8.GetBytes));
        var constraint = Constrain(Grammar.Of(RegularExpression.Parse(pattern, PatternScope.Whole)), tokens);
        for (var walk = 0; walk < 5; walk++) Walk(constraint, tokens, random, 30);
    }

    private static void Walk(TokenConstraint constraint, List<byte[]> tokens, RandomGrammars random, int steps)
    {
        var state = constraint.Start();
        List<byte> text = [];
        var mask = new ulong[constraint.Vocabulary.MaskLength];
        for (var step = 0; step < steps; step++)
        {
            if (step % 2 == 0)
            {
                state.FindMask();
                Assert.True(state.IsMaskKnown);
            }
            state.FillMask(mask);
            Assert.True(state.IsMaskKnown);
            var allowed = Enumerable.Range(0, tokens.Count).Where(id => (mask[id >> 6] >> (id & 63) & 1) != 0).ToList();
            Assert.Equal(Try(constraint, [.. text], tokens), allowed);
            Assert.Equal(state.IsComplete, allowed.Contains(End));
            allowed.Remove(End);
            Assert.Equal(state.CanContinue, allowed.Count > 0);
            if (allowed.Count == 0) return;
            var next = allowed[random.Next(allowed.Count)];
            Assert.True(state.Advance(next));
            text.AddRange(tokens[next]);
        }
    }

    private static IEnumerable<int> Try(TokenConstraint constraint, byte[] text, List<byte[]> tokens)
    {
        var machine = new PushdownMachine(constraint.Grammar.Program, GrammarLimits.Default with { MaxTokenWork = int.MaxValue });
        var at = text.Aggregate(machine.Start, machine.Step);
        return Enumerable.Range(0, tokens.Count).Where(id => id == End ? at.HasEnded : !tokens[id].Aggregate(at, machine.Step).IsDead);
    }

    private static TokenConstraint Constrain(Grammar grammar, List<byte[]> tokens) =>
        new(CompiledGrammar.Compile(grammar), ConstraintVocabulary.Create([.. tokens.Select(bytes => (ReadOnlyMemory<byte>)bytes)], [End]));

    private static List<byte[]> Tokens(RandomGrammars random, int count)
    {
        List<byte[]> tokens = [Encoding.UTF8.GetBytes("<end>")];
        // Every byte of the alphabet alone: from any place the grammar can go on.
        tokens.AddRange(RandomGrammars.Alphabet.SelectMany(Encoding.UTF8.GetBytes).Distinct().Select(value => new[] { value }));
        while (tokens.Count < count)
        {
            var text = Encoding.UTF8.GetBytes(random.Text());
            var start = random.Next(text.Length + 1);
            if (start < text.Length) tokens.Add(text[start..(start + 1 + random.Next(text.Length - start))]);
        }
        return tokens;
    }
}

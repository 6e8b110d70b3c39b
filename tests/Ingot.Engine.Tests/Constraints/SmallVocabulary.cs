using System.Text;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Engine.Tests.Constraints;

/// <summary>Every byte of ASCII is a token, and so are some that open, close and join at once; and what is written with them.</summary>
internal static class SmallVocabulary
{
    public const int End = 255;

    private static readonly string[] Words = ["{\"", "\":", "\",\"", "\"}", "true", "false", "null", "[]", "abc", "name", "12", "\": ", "},", "e", "\\u00e9", "中"];

    private static readonly string[] Tokens =
        [.. Enumerable.Range(0, 128).Select(value => ((char)value).ToString()), .. Words, .. Enumerable.Repeat("", End - 128 - Words.Length), "<end>"];

    public static ConstraintVocabulary Vocabulary { get; } =
        ConstraintVocabulary.Create([.. Tokens.Select(token => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(token))], [End]);

    public static string TextOf(List<TokenEvent> events) => string.Concat(events.Where(e => e.Token is not null).Select(e => Tokens[e.Token!.Value]));

    public static Grammar Json()
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

    /// <summary>Two hundred records of a name, which anything may be written in, and a kind, of which there are three.</summary>
    public static Grammar Records()
    {
        GrammarNode name = new Repeat(CharacterSet.Of("abcde "), 1, 9), kind = new Choice([new Literal("new"), new Literal("used"), new Literal("broken")]);
        GrammarNode record = new Sequence([new Literal("{\"name\": \""), name, new Literal("\", \"kind\": \""), kind, new Literal("\", \"count\": "), RegularExpression.Parse("[0-9]{1,3}", PatternScope.Whole), new Literal("}")]);
        return Grammar.Of(new Sequence([new Literal("["), record, new Repeat(new Sequence([new Literal(",\n"), record]), 199, 199), new Literal("]")]));
    }

    /// <summary>A state as the engine asks for it.</summary>
    public sealed class StateConstraint(ConstraintState state, bool fitsGuesses = true) : ITokenConstraint
    {
        public bool CanContinue => state.CanContinue;

        public bool IsMaskKnown => state.IsMaskKnown;

        public void FindMask() => state.FindMask();

        public void FillMask(Span<ulong> allowed) => state.FillMask(allowed);

        public void Advance(int token) => Assert.True(state.Advance(token));

        public IReadOnlyList<int> TakeForced(int limit) => state.TakeForced(limit);

        public int FitGuess(Span<int> guess, int count, out int certain)
        {
            certain = 0;
            return fitsGuesses ? state.FitGuess(guess, count, out certain) : count;
        }
    }
}

using System.Globalization;
using System.Text;
using Ingot.Benchmarks.Tokenizers;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.Notations;
using Ingot.Text.Constraints.RegularExpressions;

namespace Ingot.Benchmarks.Constraints;

/// <summary>Grammars as people use them, each with a text that follows it.</summary>
internal static class ConstraintScenarios
{
    private const string Json = """
        root ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* ws )? "}"
        value ::= root | "[" ws ( value ("," ws value)* ws )? "]" | string | number | "true" | "false" | "null"
        string ::= "\"" ( [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}) )* "\""
        number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,3})?
        ws ::= ("\n" [ \t]{0,40} | " ")?
        """;

    public static IEnumerable<(string Name, Func<Grammar> Grammar, string Text)> All()
    {
        yield return ("any JSON", () => GbnfGrammar.Parse(Json), Indented(60));
        yield return ("grammar of 100", () => Record(100, null), Compact(100));
        yield return ("same, length <= 200", () => Record(100, 200), Compact(100));
        yield return ("pattern", () => Grammar.Of(RegularExpression.Parse("([A-Z][a-z]{1,20} ){3,40}[0-9]{4}", PatternScope.Whole)),
            string.Concat(Enumerable.Repeat("Walk Over Bridges ", 10)) + "2024");
    }

    private static Grammar Record(int count, int? maxLength)
    {
        GrammarNode content = new JsonStringContent(new Repeat(GrammarNode.AnyCharacter, 0, maxLength));
        Dictionary<string, GrammarNode> rules = new() { ["string"] = new Sequence([new Literal("\""), content, new Literal("\"")]) };
        List<GrammarNode> items = [new Literal("{")];
        for (int i = 0; i < count; i++)
        {
            items.Add(new Literal($"{(i == 0 ? "" : ",")}\"{Name(i)}\":"));
            items.Add(new Repeat(new Literal(" "), 0, 1));
            items.Add((i % 4) switch
            {
                0 => new RuleReference("string"),
                1 => RegularExpression.Parse("-?(0|[1-9][0-9]{0,9})", PatternScope.Whole),
                2 => new Choice([new Literal("\"small\""), new Literal("\"medium\""), new Literal("\"large\"")]),
                _ => new Sequence([new Literal("["), new Repeat(new Sequence([new RuleReference("string"), new Repeat(new Literal(","), 0, 1)]), 0, 10), new Literal("]")]),
            });
        }
        items.Add(new Literal("}"));
        rules["root"] = new Sequence(items);
        return new Grammar(rules, "root");
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"property_{index}");

    private static string Compact(int count)
    {
        string[] sentences = Prose.Write(40_000, seed: 5).Split(". ");
        var text = new StringBuilder("{");
        for (int i = 0; i < count; i++)
        {
            string sentence = sentences[i].ReplaceLineEndings(" ");
            sentence = sentence[..Math.Min(sentence.Length, 180)];
            string value = (i % 4) switch { 0 => $"\"{sentence}\"", 1 => $"{i * 37}", 2 => "\"medium\"", _ => $"[\"{sentence}\",\"b\"]" };
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\"{Name(i)}\": {value}");
        }
        return text.Append('}').ToString();
    }

    private static string Indented(int count)
    {
        string[] sentences = Prose.Write(40_000, seed: 6).Split(". ");
        var text = new StringBuilder("{\n  \"items\": [");
        for (int i = 0; i < count; i++)
        {
            string sentence = sentences[i].ReplaceLineEndings(" ");
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}\n    {{\n      \"id\": {i},\n      \"text\": \"{sentence}\",\n      \"tags\": [\"a\", \"\\u00e9\", null, true]\n    }}");
        }
        return text.Append("\n  ]\n}").ToString();
    }
}

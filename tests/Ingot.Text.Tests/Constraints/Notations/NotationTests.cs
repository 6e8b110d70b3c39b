using System.Text;
using Ingot.Errors;
using Ingot.Text.Constraints;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.Notations;

namespace Ingot.Text.Tests.Constraints.Notations;

public sealed class NotationTests
{
    private const string JsonInGbnf = """
        root   ::= object
        value  ::= object | array | string | number | ("true" | "false" | "null") ws

        object ::=
          "{" ws (
                    string ":" ws value
            ("," ws string ":" ws value)*
          )? "}" ws

        array  ::=
          "[" ws (
                    value
            ("," ws value)*
          )? "]" ws

        string ::=
          "\"" (
            [^"\\\x7F\x00-\x1F] |
            "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
          )* "\"" ws

        number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws

        ws ::= | " " | "\n" [ \t]{0,20}
        """;

    private const string CalculatorInLark = """
        // A calculator.
        ?start: sum
              | NAME "=" sum    -> assign_var
        ?sum: product
            | sum "+" product   -> add
            | sum "-" product   -> sub
        ?product.2: atom
            | product "*" atom  -> mul
        ?atom: NUMBER           -> number
             | "-" atom         -> neg
             | NAME             -> var
             | "(" sum ")"
        NAME: /[a-z_]\w*/i
        %import common.NUMBER
        %import common.WS_INLINE
        %ignore WS_INLINE
        """;

    [Theory]
    [InlineData("""{"a": [1, -2.5e3, true, null], "b\u00e9\n": {"c": ""}}""", true)]
    [InlineData("{}", true)]
    [InlineData("{\n  \"a\":1}", true)]
    [InlineData("{\"a\"}", false)]
    [InlineData("[1]", false)]
    [InlineData("{\"a\":01}", false)]
    [InlineData("{\"a\":\"\n\"}", false)]
    public void Json_in_gbnf_is_json(string text, bool isAccepted) => Check(isAccepted, GbnfGrammar.Parse(JsonInGbnf), text);

    [Theory]
    [InlineData("1+2*(3-x)", true)]
    [InlineData("  Total = a1 * -2 ", true)]
    [InlineData("1.5e3 + .5", true)]
    [InlineData("1+", false)]
    [InlineData("(1", false)]
    [InlineData("1 = 2", false)]
    public void A_calculator_in_lark_calculates(string text, bool isAccepted) => Check(isAccepted, LarkGrammar.Parse(CalculatorInLark), text);

    [Theory]
    [InlineData("root ::= \"a\" | \"b\"", "b", true)]
    [InlineData("root ::= \"a\"\n  | \"b\"\n# end", "b", true)]
    [InlineData("root ::= a-b\na-b ::= [a-c] [^a-c] .", "cx\u4e2d", true)]
    [InlineData("root ::= [a-c-]+", "a-c", true)]
    [InlineData("root ::= \"x\"{2,3}", "xxxx", false)]
    [InlineData("root ::= \"x\"{2,}", "xxxx", true)]
    [InlineData("root ::= (\"x\" \"y\")? \"\\u00e9\"", "\u00e9", true)]
    [InlineData("root ::= root \"a\" | \"b\"", "baaa", true)]
    public void Gbnf_means_what_it_says(string grammar, string text, bool isAccepted) => Check(isAccepted, GbnfGrammar.Parse(grammar), text);

    [Theory]
    [InlineData("start: \"a\"~2..3", "aa", true)]
    [InlineData("start: \"a\"~2..3", "aaaa", false)]
    [InlineData("start: \"a\" ~ 2", "aa", true)]
    [InlineData("start: A{1,2}\nA: \"x\"..\"z\"", "yz", true)]
    [InlineData("start: \"SeLect\"i [\"x\"]", "selectX", false)]
    [InlineData("start: \"SeLect\"i [\"x\"]", "sELECTx", true)]
    [InlineData("start: /a\\/b.c/s", "a/b\nc", true)]
    [InlineData("start: (\"a\" |\n \"b\")+", "ab", true)]
    [InlineData("start: a\na:", "", true)]
    [InlineData("%import common (CNAME, INT)\nstart: CNAME INT", "ab12", true)]
    [InlineData("%import common.INT -> N\nstart: N", "12", true)]
    public void Lark_means_what_it_says(string grammar, string text, bool isAccepted) => Check(isAccepted, LarkGrammar.Parse(grammar), text);

    [Theory]
    [InlineData("root ::= \"a", "line 1")]
    [InlineData("root ::= a\nb = \"x\"", "line 2")]
    [InlineData("root ::= (\"a\"", "')' is missing")]
    [InlineData("root ::= [a", "not closed")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "twice")]
    [InlineData("root ::= \"\\q\"", "\\q")]
    public void Malformed_gbnf_is_refused_by_its_line(string grammar, string message) => CheckRefusal(ErrorCode.InvalidValue, message, () => GbnfGrammar.Parse(grammar, "grammar"));

    [Theory]
    [InlineData("start \"a\"", "line 1", ErrorCode.InvalidValue)]
    [InlineData("begin: \"a\"", "no rule 'start'", ErrorCode.InvalidValue)]
    [InlineData("start: \"a\"\n%declare X", "%declare", ErrorCode.UnsupportedValue)]
    [InlineData("start[capture]: \"a\"", "attributes", ErrorCode.UnsupportedValue)]
    [InlineData("start: sep{a, b}", "template", ErrorCode.UnsupportedValue)]
    [InlineData("start: /a(?=b)/", "look-ahead", ErrorCode.UnsupportedValue)]
    [InlineData("start: <[12]>", "by its number", ErrorCode.UnsupportedValue)]
    [InlineData("%import python.X\nstart: X", "common", ErrorCode.UnsupportedValue)]
    public void What_lark_cannot_say_here_is_refused_by_its_line(string grammar, string message, ErrorCode code) =>
        CheckRefusal(code, message, () => LarkGrammar.Parse(grammar, "grammar"));

    [Fact]
    public void A_schema_inside_a_lark_grammar_is_handed_on()
    {
        const string Text = """
            start: "<" call ">"
            call: %json {"type": "}{", "x": {"\"": 1}} "!"
            """;
        List<string> seen = [];
        var grammar = LarkGrammar.Parse(Text, schemas: schema =>
        {
            seen.Add(schema.GetProperty("type").GetString()!);
            return new Grammar(new Dictionary<string, GrammarNode> { ["start"] = new RuleReference("x"), ["x"] = new Literal("{}") }, "start");
        });
        Check(isAccepted: true, grammar, "<{}!>");
        Assert.Equal(["}{"], seen);
        CheckRefusal(ErrorCode.UnsupportedValue, "a JSON Schema", () => LarkGrammar.Parse(Text, "grammar"));
        CheckRefusal(ErrorCode.InvalidValue, "in braces", () => LarkGrammar.Parse("start: %json {", "grammar", _ => Grammar.Of(GrammarNode.Empty)));
    }

    [Fact]
    public void Groups_too_deep_and_texts_too_long_are_refused()
    {
        CheckRefusal(ErrorCode.InvalidValue, "deep", () => GbnfGrammar.Parse("root ::= " + new string('(', 100_000), "grammar"));
        CheckRefusal(ErrorCode.InvalidValue, "deep", () => LarkGrammar.Parse("start: " + new string('(', 100_000), "grammar"));
        CheckRefusal(ErrorCode.InvalidValue, "counts", () => GbnfGrammar.Parse("root ::= \"a\"" + new string('*', 100_000), "grammar"));
        CheckRefusal(ErrorCode.InvalidValue, "at most", () => GbnfGrammar.Parse(new string(' ', 600_000), "grammar"));
    }

    private static void CheckRefusal(ErrorCode code, string message, Action parse)
    {
        var refusal = Assert.Throws<IngotException>(parse);
        Assert.Equal((code, "grammar"), (refusal.Code, refusal.Param));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static void Check(bool isAccepted, Grammar grammar, string text) =>
        Assert.Equal(isAccepted, CompiledGrammar.Compile(grammar).Accepts(Encoding.UTF8.GetBytes(text)));
}

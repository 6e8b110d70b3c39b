using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>JSON's own grammar: the rules for any value, and what stands between values.</summary>
internal static class JsonSyntax
{
    /// <summary>Sixteen levels of two spaces, or of a tab.</summary>
    private const int MaxIndent = 32;

    /// <summary>Any value.</summary>
    public static GrammarNode Value { get; } = new RuleReference("json-value");

    /// <summary>Any object.</summary>
    public static GrammarNode Object { get; } = new RuleReference("json-object");

    /// <summary>Any array.</summary>
    public static GrammarNode Array { get; } = new RuleReference("json-array");

    /// <summary>Any string.</summary>
    public static GrammarNode String { get; } = new RuleReference("json-string");

    /// <summary>Any number.</summary>
    public static GrammarNode Number { get; } = new RuleReference("json-number");

    /// <summary>Any whole number.</summary>
    public static GrammarNode Integer { get; } = new RuleReference("json-integer");

    /// <summary>True or false.</summary>
    public static GrammarNode Boolean { get; } = new Choice([new Literal("true"), new Literal("false")]);

    /// <summary>A colon between a name and its value.</summary>
    public static GrammarNode Colon { get; } = new Sequence([new Literal(":"), new RuleReference("json-space")]);

    /// <summary>A comma between members or items.</summary>
    public static GrammarNode Comma { get; } = new Sequence([new Literal(","), new RuleReference("json-gap")]);

    /// <summary>What may stand behind an opening bracket and before a closing one.</summary>
    public static GrammarNode Break { get; } = new RuleReference("json-break");

    /// <summary>The rules all these need.</summary>
    public static IEnumerable<KeyValuePair<string, GrammarNode>> Rules(JsonWhiteSpace whiteSpace)
    {
        var space = whiteSpace == JsonWhiteSpace.None ? GrammarNode.Empty : Nodes.Optional(new Literal(" "));
        var lineBreak = whiteSpace != JsonWhiteSpace.Flexible
            ? GrammarNode.Empty
            : Nodes.Join(new Literal("\n"), new Choice([new Repeat(new Literal(" "), 0, MaxIndent), new Repeat(new Literal("\t"), 1, MaxIndent / 2)]));
        yield return new("json-space", space);
        yield return new("json-break", Nodes.Optional(lineBreak));
        yield return new("json-gap", Nodes.Either(space, lineBreak));
        yield return new("json-value", new Choice([Object, Array, String, Number, Boolean, new Literal("null")]));
        yield return new("json-object", Enclosed('{', new RuleReference("json-member"), '}'));
        yield return new("json-array", Enclosed('[', Value, ']'));
        yield return new("json-member", Nodes.Join(String, Colon, Value));
        yield return new("json-string", Quoted(Nodes.AnyText));
        yield return new("json-number", NumberText.Number);
        yield return new("json-integer", NumberText.Integer);
    }

    /// <summary>A string of these characters.</summary>
    /// <param name="characters">A regular node.</param>
    public static GrammarNode Quoted(GrammarNode characters) =>
        Nodes.Join(new Literal("\""), new JsonStringContent(characters), new Literal("\""));

    /// <summary>Exactly this string, in its one spelling.</summary>
    public static GrammarNode Exactly(string text) =>
        IsPlain(text) ? new Literal($"\"{text}\"") : Quoted(new Literal(text));

    /// <summary>A name and what stands before its value.</summary>
    public static GrammarNode Name(string name) => Nodes.Join(Exactly(name), Colon);

    /// <summary>An array or object that is not empty.</summary>
    public static GrammarNode Within(char open, GrammarNode content, char close) =>
        Nodes.Join(new Literal($"{open}"), Break, content, Break, new Literal($"{close}"));

    private static Choice Enclosed(char open, GrammarNode item, char close) =>
        new([new Literal($"{open}{close}"), Within(open, Nodes.Join(item, new Repeat(Nodes.Join(Comma, item), 0, null)), close)]);

    private static bool IsPlain(string text) => text.All(character => character is >= ' ' and < '\u007F' and not '"' and not '\\');
}

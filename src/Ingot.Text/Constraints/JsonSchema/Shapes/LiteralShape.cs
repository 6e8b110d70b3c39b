using System.Text.Json;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>One certain value, members in the order the schema wrote them.</summary>
internal static class LiteralShape
{
    public static GrammarNode Write(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonSyntax.Exactly(value.GetString()!),
        JsonValueKind.Number => WriteNumber(value.GetRawText()),
        JsonValueKind.Array => Enclose('[', value.EnumerateArray().Select(item => Write(item)), ']'),
        JsonValueKind.Object => Enclose('{', value.EnumerateObject().Select(member => Nodes.Join(JsonSyntax.Name(member.Name), Write(member.Value))), '}'),
        _ => new Literal(value.GetRawText()),
    };

    // As the schema wrote it, or without exponent and needless zeros.
    private static GrammarNode WriteNumber(string text)
    {
        var plain = ExactNumber.Parse(text)?.ToString();
        return plain is null || plain.Length > NumberText.MaxDigits ? new Literal(text) : Nodes.Either(new Literal(plain), new Literal(text));
    }

    private static GrammarNode Enclose(char open, IEnumerable<GrammarNode> parts, char close)
    {
        List<GrammarNode> items = [];
        foreach (var part in parts)
            items.AddRange(items.Count == 0 ? [part] : [JsonSyntax.Comma, part]);
        return items.Count == 0 ? new Literal($"{open}{close}") : JsonSyntax.Within(open, Nodes.Join(items), close);
    }
}

using System.Text.Json;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Notations;

/// <summary>JSON Schemas written inside a grammar. Their rules join the grammar's under names that no text can have.</summary>
internal sealed class InlineSchemas(NotationSource source, Dictionary<string, GrammarNode> rules, Func<JsonElement, Grammar>? compile)
{
    private int _count;

    /// <summary>Reads a schema that begins here, white space before it allowed.</summary>
    public GrammarNode Read()
    {
        if (compile is null) throw source.Refuse("a JSON Schema");
        source.SkipSpace(acrossLines: true);
        var grammar = compile(ReadValue());
        var prefix = $" schema {++_count} ";
        foreach (var (name, node) in grammar.Rules) rules.Add(prefix + name, Rename(node, prefix));
        return new RuleReference(prefix + grammar.Root);
    }

    private JsonElement ReadValue()
    {
        var text = source.TakeBraces() ?? throw source.Fail("a JSON Schema is an object in braces");
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw source.Fail("a JSON Schema is not valid JSON");
        }
    }

    private static GrammarNode Rename(GrammarNode node, string prefix) => node switch
    {
        RuleReference reference => new RuleReference(prefix + reference.Rule),
        Sequence sequence => new Sequence([.. sequence.Items.Select(item => Rename(item, prefix))]),
        Choice choice => new Choice([.. choice.Options.Select(option => Rename(option, prefix))]),
        Repeat repeat => repeat with { Item = Rename(repeat.Item, prefix) },
        Intersection intersection => new Intersection([.. intersection.Parts.Select(part => Rename(part, prefix))]),
        Difference difference => new Difference(Rename(difference.Item, prefix), Rename(difference.Excluded, prefix)),
        JsonStringContent content => new JsonStringContent(Rename(content.Item, prefix)),
        _ => node,
    };
}

using Ingot.Text.Constraints.Grammars;

namespace Ingot.Service.Chat.Constraints;

/// <summary>Puts grammars together into one; each part's rules get names of their own.</summary>
internal sealed class GrammarAssembly
{
    private readonly Dictionary<string, GrammarNode> _rules = new(StringComparer.Ordinal);
    private int _parts;

    /// <summary>Takes in a grammar's rules.</summary>
    /// <returns>The node for its texts.</returns>
    public GrammarNode Add(Grammar grammar)
    {
        var prefix = $"{_parts++}:";
        foreach (var (name, node) in grammar.Rules)
            _rules.Add(prefix + name, Renamed(node, prefix));
        return new RuleReference(prefix + grammar.Root);
    }

    /// <summary>The grammar of a node made of what was added.</summary>
    public Grammar Build(GrammarNode root)
    {
        _rules["root"] = root;
        return new Grammar(_rules, "root");
    }

    private static GrammarNode Renamed(GrammarNode node, string prefix) => node switch
    {
        RuleReference reference => new RuleReference(prefix + reference.Rule),
        Sequence sequence => new Sequence(Renamed(sequence.Items, prefix)),
        Choice choice => new Choice(Renamed(choice.Options, prefix)),
        Repeat repeat => repeat with { Item = Renamed(repeat.Item, prefix) },
        Intersection intersection => new Intersection(Renamed(intersection.Parts, prefix)),
        Difference difference => new Difference(Renamed(difference.Item, prefix), Renamed(difference.Excluded, prefix)),
        JsonStringContent content => new JsonStringContent(Renamed(content.Item, prefix)),
        _ => node,
    };

    private static List<GrammarNode> Renamed(IReadOnlyList<GrammarNode> nodes, string prefix) => [.. nodes.Select(node => Renamed(node, prefix))];
}

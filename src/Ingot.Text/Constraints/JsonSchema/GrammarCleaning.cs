using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema;

/// <summary>
/// Takes out of a grammar what no finite text can follow (an object that must contain itself) and the rules nothing refers
/// to, so that a text that began can always be ended.
/// </summary>
internal static class GrammarCleaning
{
    private const string Root = "root";

    /// <summary>The cleaned grammar; null where nothing is left.</summary>
    public static Grammar? Clean(IReadOnlyDictionary<string, GrammarNode> rules, GrammarNode root)
    {
        var reachable = Reachable(rules, root);
        var finite = Finite(reachable);
        var cleaned = Clean(root, finite);
        if (Nodes.IsNever(cleaned))
            return null;
        Dictionary<string, GrammarNode> kept = reachable.Where(rule => finite.Contains(rule.Key)).ToDictionary(rule => rule.Key, rule => Clean(rule.Value, finite));
        kept = Reachable(kept, cleaned);
        kept[Root] = cleaned;
        return new Grammar(kept, Root);
    }

    private static Dictionary<string, GrammarNode> Reachable(IReadOnlyDictionary<string, GrammarNode> rules, GrammarNode root)
    {
        Dictionary<string, GrammarNode> reachable = new(StringComparer.Ordinal);
        Queue<GrammarNode> waiting = new([root]);
        while (waiting.TryDequeue(out var node))
        {
            foreach (var name in References(node))
            {
                if (reachable.TryAdd(name, rules[name]))
                    waiting.Enqueue(rules[name]);
            }
        }

        return reachable;
    }

    // Rules that wait for a rule are looked at again once it is known to end.
    private static HashSet<string> Finite(Dictionary<string, GrammarNode> rules)
    {
        var users = rules.SelectMany(rule => References(rule.Value).Distinct().Select(used => (used, rule.Key))).ToLookup(pair => pair.used, pair => pair.Key);
        HashSet<string> finite = new(StringComparer.Ordinal);
        Queue<string> waiting = new(rules.Keys);
        while (waiting.TryDequeue(out var name))
        {
            if (!finite.Contains(name) && IsFinite(rules[name], finite) && finite.Add(name))
            {
                foreach (var user in users[name])
                    waiting.Enqueue(user);
            }
        }

        return finite;
    }

    private static bool IsFinite(GrammarNode node, HashSet<string> finite) => node switch
    {
        RuleReference reference => finite.Contains(reference.Rule),
        Sequence sequence => sequence.Items.All(item => IsFinite(item, finite)),
        Choice choice => choice.Options.Any(option => IsFinite(option, finite)),
        Repeat repeat => repeat.Minimum == 0 || IsFinite(repeat.Item, finite),
        Intersection intersection => intersection.Parts.All(part => IsFinite(part, finite)),
        Difference difference => IsFinite(difference.Item, finite),
        JsonStringContent content => IsFinite(content.Item, finite),
        _ => true,
    };

    private static GrammarNode Clean(GrammarNode node, HashSet<string> finite) => node switch
    {
        RuleReference reference => finite.Contains(reference.Rule) ? node : GrammarNode.Never,
        Sequence sequence => Nodes.Join(sequence.Items.Select(item => Clean(item, finite))),
        Choice choice => Nodes.Either(choice.Options.Select(option => Clean(option, finite))),
        Repeat repeat => CleanRepeat(repeat, Clean(repeat.Item, finite)),
        JsonStringContent or Intersection when !IsFinite(node, finite) => GrammarNode.Never,
        _ => node,
    };

    private static GrammarNode CleanRepeat(Repeat repeat, GrammarNode item)
    {
        if (Nodes.IsNever(item))
            return repeat.Minimum == 0 ? GrammarNode.Empty : GrammarNode.Never;
        return ReferenceEquals(item, repeat.Item) ? repeat : repeat with { Item = item };
    }

    private static IEnumerable<string> References(GrammarNode node) => node switch
    {
        RuleReference reference => [reference.Rule],
        Sequence sequence => sequence.Items.SelectMany(References),
        Choice choice => choice.Options.SelectMany(References),
        Repeat repeat => References(repeat.Item),
        Intersection intersection => intersection.Parts.SelectMany(References),
        Difference difference => References(difference.Item).Concat(References(difference.Excluded)),
        JsonStringContent content => References(content.Item),
        _ => [],
    };
}

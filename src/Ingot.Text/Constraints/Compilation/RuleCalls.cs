using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>An item counted without a state for each count: a number of repetitions, then what ends them.</summary>
/// <param name="Item">Not nullable; no text of it begins another.</param>
/// <param name="Minimum">How often at least.</param>
/// <param name="Maximum">How often at most; null for no limit.</param>
/// <param name="Suffix">What follows; it begins with other bytes than the item. Null for nothing.</param>
internal sealed record CountedItem(ByteAutomaton Item, int Minimum, int? Maximum, ByteAutomaton? Suffix);

/// <summary>
/// Numbers the rules that become machines of their own: those of the grammar that are called, and the parts cut out of rules
/// because they are counted often.
/// </summary>
internal sealed class RuleCalls(RuleFacts facts)
{
    private readonly Dictionary<string, int> _named = [];
    private readonly Dictionary<GrammarNode, int> _parts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CountedItem, int> _counted = [];
    private readonly Dictionary<GrammarNode, ByteAutomaton> _automata = [];

    /// <summary>By number: the node of a rule, or the counted item it is.</summary>
    public List<(GrammarNode? Node, CountedItem? Counted)> Rules { get; } = [];

    public RuleFacts Facts => facts;

    /// <summary>The automaton of a node without rule references; the same one each time, so that equal counts are one rule.</summary>
    public ByteAutomaton Automaton(GrammarNode node, CompileBudget budget)
    {
        if (!_automata.TryGetValue(node, out var automaton)) _automata[node] = automaton = new RegularParts(budget).Compile(node);
        return automaton;
    }

    public int Named(string rule)
    {
        if (_named.TryGetValue(rule, out var number)) return number;
        Rules.Add((facts.Rule(rule), null));
        return _named[rule] = Rules.Count - 1;
    }

    public int Part(GrammarNode node)
    {
        if (_parts.TryGetValue(node, out var number)) return number;
        Rules.Add((node, null));
        return _parts[node] = Rules.Count - 1;
    }

    public int Counted(CountedItem item)
    {
        if (_counted.TryGetValue(item, out var number)) return number;
        Rules.Add((null, item));
        return _counted[item] = Rules.Count - 1;
    }
}

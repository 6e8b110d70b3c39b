using System.Text;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>What is known of the lowered rules before any automaton is built.</summary>
internal sealed class RuleFacts
{
    // Up to this size a rule is written out where it is used: that costs less than a call at every use.
    private const int MaxInlineWeight = 24;

    private readonly Dictionary<string, GrammarNode> _rules;
    private readonly CompileBudget _budget;
    private readonly HashSet<string> _nullable;
    private readonly HashSet<string> _productive;
    private readonly HashSet<string> _withText;
    private readonly Dictionary<string, int> _weights = [];

    public RuleFacts(Dictionary<string, GrammarNode> rules, CompileBudget budget)
    {
        (_rules, _budget) = (rules, budget);
        var users = FindUsers();
        _nullable = Spread(users, IsNullable);
        _productive = Spread(users, IsProductive);
        _withText = Spread(users, HasText);
        WeighRules(users);
    }

    public GrammarNode Rule(string name) => _rules[name];

    public bool IsInlined(string rule) => _weights.TryGetValue(rule, out var weight) && weight <= MaxInlineWeight;

    /// <summary>Whether a node describes any text.</summary>
    public bool IsProductive(GrammarNode node) => IsProductive(node, _productive);

    /// <summary>Whether a node describes the empty text.</summary>
    public bool IsNullable(GrammarNode node) => IsNullable(node, _nullable);

    /// <summary>Whether a node describes any text but the empty one.</summary>
    public bool HasText(GrammarNode node) => HasText(node, _withText);

    /// <summary>About how many states a node takes.</summary>
    public int Weigh(GrammarNode node) => node switch
    {
        Literal literal => Encoding.UTF8.GetByteCount(literal.Text),
        CompiledNode compiled => compiled.Automaton.StateCount,
        RuleReference reference => IsInlined(reference.Rule) ? 1 + _weights[reference.Rule] : 1,
        Repeat repeat => (int)Math.Min(int.MaxValue / 2, (long)Weigh(repeat.Item) * Math.Max(1, repeat.Maximum ?? repeat.Minimum + 1)),
        _ => (int)Math.Min(int.MaxValue / 2, node.Parts().Sum(part => (long)Weigh(part))),
    };

    public static bool HasReference(GrammarNode node) => node is RuleReference || node.Parts().Any(HasReference);

    private Dictionary<string, List<string>> FindUsers()
    {
        var users = _rules.Keys.ToDictionary(name => name, _ => new List<string>());
        foreach (var (name, node) in _rules)
        {
            foreach (var used in References(node).Distinct()) users[used].Add(name);
        }
        return users;
    }

    private static IEnumerable<string> References(GrammarNode node) =>
        node is RuleReference reference ? [reference.Rule] : node.Parts().SelectMany(References);

    private HashSet<string> Spread(Dictionary<string, List<string>> users, Func<GrammarNode, HashSet<string>, bool> holds)
    {
        HashSet<string> found = [];
        var open = new Queue<string>(_rules.Keys);
        while (open.TryDequeue(out var name))
        {
            _budget.Spend(1);
            if (found.Contains(name) || !holds(_rules[name], found)) continue;
            found.Add(name);
            foreach (var user in users[name]) open.Enqueue(user);
        }
        return found;
    }

    private void WeighRules(Dictionary<string, List<string>> users)
    {
        var missing = _rules.ToDictionary(rule => rule.Key, rule => References(rule.Value).Distinct().Count());
        var open = new Queue<string>(missing.Where(rule => rule.Value == 0).Select(rule => rule.Key));
        // Rules in a circle, and those above one, never come up: they are called.
        while (open.TryDequeue(out var name))
        {
            _weights[name] = Weigh(_rules[name]);
            foreach (var user in users[name])
            {
                if (--missing[user] == 0) open.Enqueue(user);
            }
        }
    }

    private bool IsNullable(GrammarNode node, HashSet<string> rules)
    {
        _budget.Spend(1);
        return node switch
        {
            Literal literal => literal.Text.Length == 0,
            CompiledNode compiled => compiled.Automaton.IsNullable,
            RuleReference reference => rules.Contains(reference.Rule),
            Sequence sequence => sequence.Items.All(item => IsNullable(item, rules)),
            Choice choice => choice.Options.Any(option => IsNullable(option, rules)),
            Repeat repeat => repeat.Minimum == 0 || IsNullable(repeat.Item, rules),
            _ => false,
        };
    }

    private bool IsProductive(GrammarNode node, HashSet<string> rules)
    {
        _budget.Spend(1);
        return node switch
        {
            CompiledNode compiled => !compiled.Automaton.IsEmpty,
            RuleReference reference => rules.Contains(reference.Rule),
            Sequence sequence => sequence.Items.All(item => IsProductive(item, rules)),
            Choice choice => choice.Options.Any(option => IsProductive(option, rules)),
            Repeat repeat => repeat.Minimum == 0 || IsProductive(repeat.Item, rules),
            _ => true,
        };
    }

    private bool HasText(GrammarNode node, HashSet<string> rules)
    {
        _budget.Spend(1);
        return node switch
        {
            Literal literal => literal.Text.Length > 0,
            CompiledNode compiled => compiled.Automaton.Edges(0).Length > 0,
            RuleReference reference => rules.Contains(reference.Rule),
            Sequence sequence => sequence.Items.Any(item => HasText(item, rules)) && IsProductive(sequence),
            Choice choice => choice.Options.Any(option => HasText(option, rules)),
            Repeat repeat => repeat.Maximum != 0 && HasText(repeat.Item, rules),
            _ => false,
        };
    }
}

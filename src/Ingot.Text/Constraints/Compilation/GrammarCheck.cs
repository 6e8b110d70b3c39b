using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Checks what front ends hand over: sizes, depth, counts, and that rules referred to exist. Everything after it may recurse.</summary>
internal sealed class GrammarCheck(Grammar grammar, CompileBudget budget)
{
    private const int MaxCount = 1_000_000;

    private int _nodes;

    public void Run()
    {
        if (!grammar.Rules.ContainsKey(grammar.Root)) throw budget.Refuse($"has no rule '{grammar.Root}' to start with");
        foreach (var rule in grammar.Rules.Values) Check(rule);
    }

    private void Check(GrammarNode rule)
    {
        var open = new Stack<(GrammarNode Node, int Depth)>();
        open.Push((rule, 1));
        while (open.TryPop(out var entry))
        {
            var (node, depth) = entry;
            if (++_nodes > budget.Limits.MaxNodes) throw budget.Refuse($"has more than {budget.Limits.MaxNodes} parts");
            if (depth > budget.Limits.MaxDepth) throw budget.Refuse($"nests more than {budget.Limits.MaxDepth} deep");
            CheckOne(node);
            foreach (var part in node.Parts()) open.Push((part, depth + 1));
        }
    }

    private void CheckOne(GrammarNode node)
    {
        switch (node)
        {
            case Literal literal:
                budget.Spend(literal.Text.Length);
                break;
            case CharacterSet set:
                budget.Spend(set.Ranges.Count);
                if (set.Ranges.Any(range => range.First < 0 || range.Last > 0x10FFFF || range.Last < range.First))
                    throw budget.Refuse("has a character range that is none");
                break;
            case Repeat repeat:
                if (repeat.Minimum < 0 || repeat.Maximum < repeat.Minimum) throw budget.Refuse("has a count that ends below its start");
                if (Math.Max(repeat.Minimum, repeat.Maximum ?? 0) > MaxCount) throw budget.Refuse($"has a count above {MaxCount}");
                break;
            case RuleReference reference:
                if (!grammar.Rules.ContainsKey(reference.Rule)) throw budget.Refuse($"refers to a rule '{reference.Rule}' that it does not have");
                break;
        }
    }
}

using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Compiles a grammar: lowers its rules, makes an automaton of each rule that is called, and numbers their states through.</summary>
internal sealed class ProgramBuilder
{
    private const int MaxTableCells = 8_000_000;

    private readonly CompileBudget _budget;
    private readonly List<List<RuleState>?> _automata = [];
    private readonly bool[] _isCut = new bool[257];
    private RuleCalls _calls = null!;

    private ProgramBuilder(CompileBudget budget) => _budget = budget;

    public static GrammarProgram Build(Grammar grammar, GrammarLimits limits, string? param) =>
        new ProgramBuilder(new CompileBudget(limits, param)).Build(grammar);

    private GrammarProgram Build(Grammar grammar)
    {
        new GrammarCheck(grammar, _budget).Run();
        var lowering = new GrammarLowering(grammar, _budget);
        var facts = new RuleFacts(grammar.Rules.ToDictionary(rule => rule.Key, rule => lowering.Lower(rule.Value)), _budget);
        var root = new RuleReference(grammar.Root);
        if (!facts.IsProductive(root)) throw _budget.Refuse("describes no text at all");
        _calls = new RuleCalls(facts);
        _calls.Part(root);
        for (var rule = 0; rule < _calls.Rules.Count; rule++) _automata.Add(BuildRule(rule));
        return Assemble(facts.IsNullable(root));
    }

    private List<RuleState>? BuildRule(int rule)
    {
        if (_calls.Rules[rule].Counted is { } counted)
        {
            CutAll(counted.Item);
            if (counted.Suffix is not null) CutAll(counted.Suffix);
            return null;
        }
        var nfa = new Nfa();
        var start = nfa.AddState();
        var end = new NfaBuilder(nfa, _budget, _calls).Append(_calls.Rules[rule].Node!, start);
        var states = RuleTrimming.Trim(new SubsetConstruction(nfa, _budget).Run(start, end));
        // Nobody calls a rule for the empty text: it is written around the call instead.
        states[0] = states[0] with { IsFinal = false };
        foreach (var state in states) ByteClasses.Cut(_isCut, state.Edges);
        return states;
    }

    private void CutAll(ByteAutomaton automaton)
    {
        for (var state = 0; state < automaton.StateCount; state++) ByteClasses.Cut(_isCut, automaton.Edges(state));
    }

    private GrammarProgram Assemble(bool acceptsEmpty)
    {
        var classes = new ByteClasses(_isCut);
        var starts = new int[_automata.Count];
        var count = 0;
        for (var rule = 0; rule < _automata.Count; rule++)
        {
            starts[rule] = count;
            count += _automata[rule]?.Count ?? 0;
        }
        var counted = NumberCounted(classes, starts, count);
        var rows = new int[count];
        var single = new (int Class, int Target)[count];
        var flags = new byte[count];
        var calls = new RuleCall[count][];
        var table = new int[TableLength(classes)];
        var filled = 0;
        for (var rule = 0; rule < _automata.Count; rule++)
        {
            for (var local = 0; local < (_automata[rule]?.Count ?? 0); local++)
            {
                var (state, index, first) = (_automata[rule]![local], starts[rule] + local, starts[rule]);
                flags[index] = GrammarProgram.Flags(state.IsFinal, state.Edges.Length == 0 && state.Calls.Length == 0, state.Calls.Length > 0);
                calls[index] = state.Calls.Length == 0 ? [] : [.. state.Calls.Select(call => new RuleCall(starts[call.Rule], call.Rule, first + call.Target))];
                rows[index] = GrammarProgram.RowOf(state.Edges.Length > 0);
                if (state.Edges.Length == 0) continue;
                if (!NeedsRow(state, classes))
                {
                    single[index] = (classes.ClassOf[state.Edges[0].First], first + state.Edges[0].Target);
                    continue;
                }
                rows[index] = filled;
                classes.Fill(table.AsSpan(filled, classes.Count), state.Edges, first);
                filled += classes.Count;
            }
        }
        return new GrammarProgram(new ProgramParts
        {
            Classes = classes,
            Rows = rows,
            Table = table,
            Single = single,
            Flags = flags,
            Calls = calls,
            Counted = counted,
            Start = starts[0],
            AcceptsEmpty = acceptsEmpty,
        });
    }

    private int TableLength(ByteClasses classes)
    {
        var count = _automata.Sum(states => states?.Count(state => NeedsRow(state, classes)) ?? 0);
        return (long)count * classes.Count <= MaxTableCells ? count * classes.Count : throw _budget.Refuse("is too large");
    }

    /// <summary>Whether bytes of more than one class lead on.</summary>
    private static bool NeedsRow(RuleState state, ByteClasses classes) => state.Edges switch
    {
        [] => false,
        [var only] => classes.ClassOf[only.First] != classes.ClassOf[only.Last],
        _ => true,
    };

    private (int First, CountedRule Rule)[] NumberCounted(ByteClasses classes, int[] starts, int count)
    {
        List<(int First, CountedRule Rule)> counted = [];
        long next = count;
        for (var rule = 0; rule < _automata.Count; rule++)
        {
            if (_calls.Rules[rule].Counted is not { } item) continue;
            starts[rule] = (int)next;
            counted.Add((starts[rule], new CountedRule(item, classes)));
            next += counted[^1].Rule.StateCount;
            if (next > int.MaxValue) throw _budget.Refuse("counts too far");
        }
        return [.. counted];
    }
}

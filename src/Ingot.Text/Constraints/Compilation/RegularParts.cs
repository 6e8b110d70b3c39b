using Ingot.Text.Constraints.Automata;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Works with parts of a grammar that hold no rule references: compiles them, and computes with what comes out.</summary>
internal sealed class RegularParts(CompileBudget budget)
{
    public ByteAutomaton Compile(GrammarNode lowered)
    {
        if (lowered is CompiledNode compiled) return compiled.Automaton;
        var nfa = new Nfa();
        var builder = new NfaBuilder(nfa, budget, calls: null);
        var start = nfa.AddState();
        var end = builder.Append(lowered, start);
        var states = new SubsetConstruction(nfa, budget).Run(start, end);
        return ByteAutomaton.Trim([.. states.Select(state => state.Edges)], [.. states.Select(state => state.IsFinal)]);
    }

    public ByteAutomaton Intersect(ByteAutomaton one, ByteAutomaton other) => Product(one, other, isDifference: false);

    public ByteAutomaton Subtract(ByteAutomaton one, ByteAutomaton other) => Product(one, other, isDifference: true);

    private ByteAutomaton Product(ByteAutomaton one, ByteAutomaton other, bool isDifference)
    {
        var known = new Dictionary<(int, int), int> { [(0, 0)] = 0 };
        List<(int One, int Other)> pairs = [(0, 0)];
        List<ByteEdge[]> edges = [];
        List<bool> isFinal = [];
        List<ByteEdge> found = [];
        for (var index = 0; index < pairs.Count; index++)
        {
            var (a, b) = pairs[index];
            found.Clear();
            foreach (var edge in one.Edges(a)) Meet(edge, b);
            budget.Spend(4 + found.Count);
            edges.Add([.. found]);
            isFinal.Add(one.IsFinal(a) && (b >= 0 && other.IsFinal(b)) != isDifference);
        }
        budget.AddStates(pairs.Count);
        return ByteAutomaton.Trim(edges, isFinal);

        // Where the other automaton has left its texts (state -1), an intersection ends and a difference goes on alone.
        void Meet(ByteEdge edge, int state)
        {
            var from = (int)edge.First;
            foreach (var rival in state < 0 ? default : other.Edges(state))
            {
                if (rival.Last < from || rival.First > edge.Last) continue;
                if (isDifference && rival.First > from) Add(from, rival.First - 1, edge.Target, -1);
                Add(Math.Max(from, rival.First), Math.Min(edge.Last, rival.Last), edge.Target, rival.Target);
                from = rival.Last + 1;
            }
            if (isDifference && from <= edge.Last) Add(from, edge.Last, edge.Target, -1);
        }

        void Add(int first, int last, int a, int b)
        {
            if (!known.TryGetValue((a, b), out var target))
            {
                known[(a, b)] = target = pairs.Count;
                pairs.Add((a, b));
            }
            found.Add(new ByteEdge((byte)first, (byte)last, target));
        }
    }
}

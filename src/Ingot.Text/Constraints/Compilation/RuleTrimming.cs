using Ingot.Text.Constraints.Automata;

namespace Ingot.Text.Constraints.Compilation;

/// <summary>Takes out of a rule's automaton what cannot lead to its end; then every text read so far can be finished.</summary>
internal static class RuleTrimming
{
    public static List<RuleState> Trim(List<RuleState> states)
    {
        var isLive = FindLive(states);
        isLive[0] = true;
        if (!isLive.Contains(false)) return states;
        var index = new int[states.Count];
        var count = 0;
        for (var state = 0; state < states.Count; state++) index[state] = isLive[state] ? count++ : -1;
        List<RuleState> kept = [];
        for (var state = 0; state < states.Count; state++)
        {
            if (!isLive[state]) continue;
            kept.Add(new RuleState(
                [.. states[state].Edges.Where(edge => isLive[edge.Target]).Select(edge => edge with { Target = index[edge.Target] })],
                [.. states[state].Calls.Where(call => isLive[call.Target]).Select(call => (call.Rule, index[call.Target]))],
                states[state].IsFinal));
        }
        return kept;
    }

    private static bool[] FindLive(List<RuleState> states)
    {
        var sources = new List<int>?[states.Count];
        for (var state = 0; state < states.Count; state++)
        {
            foreach (var edge in states[state].Edges) (sources[edge.Target] ??= []).Add(state);
            foreach (var (_, target) in states[state].Calls) (sources[target] ??= []).Add(state);
        }
        var isLive = states.Select(state => state.IsFinal).ToArray();
        var open = new Stack<int>(Enumerable.Range(0, states.Count).Where(state => isLive[state]));
        while (open.TryPop(out var state))
        {
            foreach (var source in sources[state] ?? [])
            {
                if (isLive[source]) continue;
                isLive[source] = true;
                open.Push(source);
            }
        }
        return isLive;
    }
}

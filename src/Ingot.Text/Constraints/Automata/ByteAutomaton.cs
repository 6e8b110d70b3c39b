namespace Ingot.Text.Constraints.Automata;

/// <summary>A range of bytes that leads to a state.</summary>
internal readonly record struct ByteEdge(byte First, byte Last, int Target);

/// <summary>
/// A deterministic automaton over bytes: state 0 starts and is never entered again, the edges of a state ascend and do not overlap, and from every state
/// a final one can be reached (state 0 alone excepted, in an automaton that accepts nothing). Immutable.
/// </summary>
internal sealed class ByteAutomaton(ByteEdge[][] edges, bool[] isFinal)
{
    public int StateCount => edges.Length;

    public bool IsEmpty { get; } = !isFinal.Contains(true);

    public bool IsNullable => isFinal[0];

    /// <summary>Whether no accepted text continues another: then it is plain where one repetition of it ends.</summary>
    public bool IsPrefixFree { get; } = !Enumerable.Range(0, edges.Length).Any(state => isFinal[state] && edges[state].Length > 0);

    public ReadOnlySpan<ByteEdge> Edges(int state) => edges[state];

    public bool IsFinal(int state) => isFinal[state];

    /// <summary>The state after a byte; -1 when there is none.</summary>
    public int Step(int state, byte value)
    {
        foreach (var edge in edges[state])
        {
            if (value < edge.First) return -1;
            if (value <= edge.Last) return edge.Target;
        }
        return -1;
    }

    /// <summary>The automaton without what leads nowhere; states keep their order. No edge may lead to state 0.</summary>
    public static ByteAutomaton Trim(List<ByteEdge[]> edges, List<bool> isFinal)
    {
        var isLive = FindLive(edges, isFinal);
        isLive[0] = true;
        var index = new int[edges.Count];
        var count = 0;
        for (var state = 0; state < edges.Count; state++) index[state] = isLive[state] ? count++ : -1;
        var kept = new ByteEdge[count][];
        var final = new bool[count];
        for (var state = 0; state < edges.Count; state++)
        {
            if (!isLive[state]) continue;
            kept[index[state]] = [.. edges[state].Where(edge => isLive[edge.Target]).Select(edge => edge with { Target = index[edge.Target] })];
            final[index[state]] = isFinal[state];
        }
        return new ByteAutomaton(kept, final);
    }

    private static bool[] FindLive(List<ByteEdge[]> edges, List<bool> isFinal)
    {
        var sources = new List<int>?[edges.Count];
        for (var state = 0; state < edges.Count; state++)
        {
            foreach (var edge in edges[state]) (sources[edge.Target] ??= []).Add(state);
        }
        var isLive = isFinal.ToArray();
        var open = new Stack<int>(Enumerable.Range(0, edges.Count).Where(state => isFinal[state]));
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

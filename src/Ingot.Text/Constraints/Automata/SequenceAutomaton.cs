namespace Ingot.Text.Constraints.Automata;

/// <summary>
/// Builds the smallest automaton for a list of byte sequences, each a set of bytes per place. States are made from the ends
/// inward, and equal ones are one: the thousands of letters of a Unicode class share their last bytes.
/// </summary>
internal sealed class SequenceAutomaton
{
    private readonly List<ByteEdge[]> _edges = [];
    private readonly List<bool> _isFinal = [];
    private readonly Dictionary<(bool IsFinal, ByteEdge[] Edges), int> _known = new(new StateComparer());
    private readonly List<ByteSet[]> _sequences;

    private SequenceAutomaton(List<ByteSet[]> sequences) => _sequences = sequences;

    /// <summary>None of the sequences may begin another.</summary>
    public static ByteAutomaton Build(List<ByteSet[]> sequences)
    {
        var builder = new SequenceAutomaton(sequences);
        var root = builder.State(Enumerable.Range(0, sequences.Count).ToList(), 0);
        // States are numbered from the ends: the root is last and has to become the first.
        var last = builder._edges.Count - 1;
        if (root != last) throw new InvalidOperationException("The root of sequences is the state made last.");
        List<ByteEdge[]> edges = [];
        List<bool> isFinal = [];
        for (var state = last; state >= 0; state--)
        {
            edges.Add([.. builder._edges[state].Select(edge => edge with { Target = last - edge.Target })]);
            isFinal.Add(builder._isFinal[state]);
        }
        return new ByteAutomaton([.. edges], [.. isFinal]);
    }

    private int State(List<int> members, int depth)
    {
        List<ByteEdge> edges = [];
        var isFinal = members.Exists(member => _sequences[member].Length == depth);
        var cuts = default(ByteSet).With(0);
        foreach (var member in members)
        {
            if (_sequences[member].Length > depth) cuts = cuts.Or(_sequences[member][depth].Changes());
        }
        for (var first = 0; first < 256;)
        {
            var last = first;
            while (last < 255 && !cuts.Contains((byte)(last + 1))) last++;
            var next = members.FindAll(member => _sequences[member].Length > depth && _sequences[member][depth].Contains((byte)first));
            if (next.Count > 0) Add(edges, (byte)first, (byte)last, State(next, depth + 1));
            first = last + 1;
        }
        return Intern(edges, isFinal);
    }

    private static void Add(List<ByteEdge> edges, byte first, byte last, int target)
    {
        if (edges.Count > 0 && edges[^1].Target == target && edges[^1].Last == first - 1) edges[^1] = edges[^1] with { Last = last };
        else edges.Add(new ByteEdge(first, last, target));
    }

    private int Intern(List<ByteEdge> edges, bool isFinal)
    {
        var key = (isFinal, edges.ToArray());
        if (_known.TryGetValue(key, out var state)) return state;
        state = _edges.Count;
        _edges.Add(key.Item2);
        _isFinal.Add(isFinal);
        return _known[key] = state;
    }

    private sealed class StateComparer : IEqualityComparer<(bool IsFinal, ByteEdge[] Edges)>
    {
        public bool Equals((bool IsFinal, ByteEdge[] Edges) x, (bool IsFinal, ByteEdge[] Edges) y) =>
            x.IsFinal == y.IsFinal && x.Edges.AsSpan().SequenceEqual(y.Edges);

        public int GetHashCode((bool IsFinal, ByteEdge[] Edges) obj)
        {
            var hash = new HashCode();
            foreach (var edge in obj.Edges) hash.Add(edge);
            return hash.ToHashCode();
        }
    }
}

using System.Runtime.InteropServices;
using Ingot.Text.Constraints.Compilation;

namespace Ingot.Text.Constraints.Automata;

/// <summary>A state that is deterministic for bytes and for calls: one target for each.</summary>
/// <param name="Edges">Ascending, not overlapping.</param>
/// <param name="Calls">One for each rule called.</param>
/// <param name="IsFinal">Whether a text may end here.</param>
internal readonly record struct RuleState(ByteEdge[] Edges, (int Rule, int Target)[] Calls, bool IsFinal);

/// <summary>Makes an automaton deterministic. State 0 starts and is never entered again.</summary>
internal sealed class SubsetConstruction(Nfa nfa, CompileBudget budget)
{
    private readonly Dictionary<int[], int> _known = new(new SetComparer());
    private readonly int[] _knownSingle = new int[nfa.StateCount];
    private readonly List<int[]> _sets = [];
    private readonly int[]?[] _closures = new int[]?[nfa.StateCount];
    private readonly int[] _seenAt = new int[nfa.StateCount];
    private readonly Stack<int> _open = new();
    private readonly List<ByteEdge> _bytes = [];
    private readonly List<(int Rule, int Target)> _calls = [];
    private readonly List<int> _members = [];
    private readonly List<int> _found = [];
    private readonly List<ByteEdge> _edges = [];
    private readonly List<ByteEdge> _active = [];
    private int _round;
    private int _end;

    public List<RuleState> Run(int start, int end)
    {
        _end = end;
        // Not interned: where a text comes back to the same set, it is in another state.
        _sets.Add(Closure(start));
        List<RuleState> states = [];
        for (var index = 0; index < _sets.Count; index++) states.Add(Expand(_sets[index]));
        return states;
    }

    private RuleState Expand(int[] set)
    {
        _bytes.Clear();
        _calls.Clear();
        foreach (var state in set)
        {
            nfa.CollectBytes(state, _bytes);
            nfa.CollectCalls(state, _calls);
        }
        budget.Spend(1 + set.Length + _bytes.Count + _calls.Count);
        return new RuleState(Bytes(), Calls(), Array.BinarySearch(set, _end) >= 0);
    }

    private ByteEdge[] Bytes()
    {
        if (_bytes.Count == 0) return [];
        if (_bytes.Count == 1) return [_bytes[0] with { Target = Intern(Closure(_bytes[0].Target)) }];
        _bytes.Sort(static (a, b) => a.First != b.First ? a.First.CompareTo(b.First) : a.Target.CompareTo(b.Target));
        _edges.Clear();
        _active.Clear();
        var next = 0;
        var at = 0;
        while (next < _bytes.Count || _active.Count > 0)
        {
            if (_active.Count == 0) at = _bytes[next].First;
            while (next < _bytes.Count && _bytes[next].First == at) _active.Add(_bytes[next++]);
            var last = LastOfActive(next);
            budget.Spend(_active.Count);
            Add(_edges, (byte)at, last, Intern(Union(CollectionsMarshal.AsSpan(_active))));
            _active.RemoveAll(edge => edge.Last == last);
            at = last + 1;
        }
        return [.. _edges];
    }

    /// <summary>Up to where the edges that are on stay the same.</summary>
    private byte LastOfActive(int next)
    {
        var last = next < _bytes.Count ? _bytes[next].First - 1 : byte.MaxValue;
        foreach (var edge in _active) last = Math.Min(last, edge.Last);
        return (byte)last;
    }

    private static void Add(List<ByteEdge> edges, byte first, byte last, int target)
    {
        if (edges.Count > 0 && edges[^1].Target == target && edges[^1].Last + 1 == first) edges[^1] = edges[^1] with { Last = last };
        else edges.Add(new ByteEdge(first, last, target));
    }

    private (int Rule, int Target)[] Calls()
    {
        if (_calls.Count == 0) return [];
        if (_calls.Count == 1) return [(_calls[0].Rule, Intern(Closure(_calls[0].Target)))];
        return [.. _calls.GroupBy(call => call.Rule).OrderBy(group => group.Key)
            .Select(group => (group.Key, Intern(Union(group.Select(call => new ByteEdge(0, 0, call.Target)).ToArray()))))];
    }

    private int[] Union(ReadOnlySpan<ByteEdge> edges)
    {
        if (edges.Length == 1) return Closure(edges[0].Target);
        _members.Clear();
        foreach (var edge in edges) _members.AddRange(Closure(edge.Target));
        budget.Spend(8 * _members.Count);
        _members.Sort();
        var count = 0;
        for (var i = 0; i < _members.Count; i++)
        {
            if (i == 0 || _members[i] != _members[i - 1]) _members[count++] = _members[i];
        }
        return [.. CollectionsMarshal.AsSpan(_members)[..count]];
    }

    private int Intern(int[] set)
    {
        // Most sets have one member, and need no look at their contents.
        if (set.Length == 1)
        {
            ref var single = ref _knownSingle[set[0]];
            if (single == 0) single = Number(set) + 1;
            return single - 1;
        }
        if (!_known.TryGetValue(set, out var index)) _known[set] = index = Number(set);
        return index;
    }

    private int Number(int[] set)
    {
        budget.AddStates(1);
        _sets.Add(set);
        return _sets.Count - 1;
    }

    /// <summary>The states reached by free edges alone that do something: consume, or end.</summary>
    private int[] Closure(int state)
    {
        if (_closures[state] is { } known) return known;
        _round++;
        _found.Clear();
        _open.Push(state);
        while (_open.TryPop(out var current))
        {
            if (_seenAt[current] == _round) continue;
            _seenAt[current] = _round;
            budget.Spend(1);
            if (current == _end || nfa.Consumes(current)) _found.Add(current);
            nfa.CollectFree(current, _open);
        }
        _found.Sort();
        return _closures[state] = [.. _found];
    }

    private sealed class SetComparer : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(obj.AsSpan()));
            return hash.ToHashCode();
        }
    }
}

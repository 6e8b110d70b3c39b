namespace Ingot.Text.Constraints.Automata;

/// <summary>
/// A non-deterministic automaton while it is built: states with edges for bytes, for calls of rules, and free ones. Edges
/// of a state form a list through the edge arrays, so that adding one allocates nothing.
/// </summary>
internal sealed class Nfa
{
    private readonly List<int> _firstByteEdge = [];
    private readonly List<int> _firstCall = [];
    private readonly List<int> _firstFree = [];
    private readonly List<(ByteEdge Edge, int Next)> _byteEdges = [];
    private readonly List<(int Rule, int Target, int Next)> _calls = [];
    private readonly List<(int Target, int Next)> _free = [];

    public int StateCount => _firstFree.Count;

    public int AddState()
    {
        _firstByteEdge.Add(-1);
        _firstCall.Add(-1);
        _firstFree.Add(-1);
        return _firstFree.Count - 1;
    }

    public void AddBytes(int from, byte first, byte last, int target)
    {
        _byteEdges.Add((new ByteEdge(first, last, target), _firstByteEdge[from]));
        _firstByteEdge[from] = _byteEdges.Count - 1;
    }

    public void AddCall(int from, int rule, int target)
    {
        _calls.Add((rule, target, _firstCall[from]));
        _firstCall[from] = _calls.Count - 1;
    }

    public void AddFree(int from, int target)
    {
        _free.Add((target, _firstFree[from]));
        _firstFree[from] = _free.Count - 1;
    }

    /// <summary>Whether anything but free edges leaves a state.</summary>
    public bool Consumes(int state) => _firstByteEdge[state] >= 0 || _firstCall[state] >= 0;

    public void CollectBytes(int state, List<ByteEdge> into)
    {
        for (var edge = _firstByteEdge[state]; edge >= 0; edge = _byteEdges[edge].Next) into.Add(_byteEdges[edge].Edge);
    }

    public void CollectCalls(int state, List<(int Rule, int Target)> into)
    {
        for (var call = _firstCall[state]; call >= 0; call = _calls[call].Next) into.Add((_calls[call].Rule, _calls[call].Target));
    }

    public void CollectFree(int state, Stack<int> into)
    {
        for (var edge = _firstFree[state]; edge >= 0; edge = _free[edge].Next) into.Push(_free[edge].Target);
    }
}

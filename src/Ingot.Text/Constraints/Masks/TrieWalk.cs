using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// Walks a trie and a machine together and marks the tokens that the machine reads to their end. While there is one reading
/// in a state that only takes bytes, that is a table look-up for each byte; the machine itself is asked only where rules are
/// called or end. Used again and again by one thread.
/// </summary>
internal sealed class TrieWalk(ConstraintVocabulary vocabulary, GrammarProgram program)
{
    // By depth: what the bytes of the path to there have led to. A walk that begins below another uses what lies deeper.
    private readonly int[] _states = new int[VocabularyTrie.MaxDepth + 1];
    private readonly Configuration[] _configurations = new Configuration[VocabularyTrie.MaxDepth + 1];

    /// <summary>Marks the tokens below a place.</summary>
    /// <param name="machine">The machine <paramref name="start"/> is of.</param>
    /// <param name="trie">The trie.</param>
    /// <param name="place">The place whose bytes the machine has read; -1 for the root.</param>
    /// <param name="start">What the machine is in there.</param>
    /// <param name="mask">Where to mark them.</param>
    /// <param name="ends">Gets the places with tokens below where the machine's text may end; null for nobody who asks.</param>
    public void Mark(PushdownMachine machine, VocabularyTrie trie, int place, Configuration start, Span<ulong> mask, List<int>? ends)
    {
        var nodes = trie.Nodes;
        var below = place < 0 ? new Part(0, nodes.Length, 0) : new Part(place + 1, nodes[place].End, nodes[place].Depth);
        Walk(new Round(machine, nodes, mask, ends), below, start, isFirst: true);
    }

    private void Walk(in Round round, Part part, Configuration from, bool isFirst)
    {
        if (from.Readings is [var only] && IsFollowedByState(from, only, isFirst)) WalkStates(round, part, only);
        else WalkConfigurations(round, part, from);
    }

    private void WalkConfigurations(in Round round, Part part, Configuration from)
    {
        _configurations[part.Depth] = from;
        for (var at = part.First; at < part.End;)
        {
            ref readonly var node = ref round.Nodes[at];
            var next = round.Machine.StepClass(_configurations[node.Depth - 1], program.Classes.ClassOf[node.Value]);
            if (next.IsDead)
            {
                at = node.End;
                continue;
            }
            Note(round, at, next.HasEnded);
            if (next.Readings.Length == 1)
            {
                Walk(round, new Part(at + 1, node.End, node.Depth), next, isFirst: false);
                at = node.End;
                continue;
            }
            _configurations[node.Depth] = next;
            at++;
        }
    }

    private void WalkStates(in Round round, Part part, Reading from)
    {
        var nodes = round.Nodes;
        var classOf = program.Classes.ClassOf;
        var isBottom = from.Stack.IsBottom;
        // Bytes lead out of no counted rule and into none.
        var counted = program.Counted(from.State, out var local);
        var first = from.State - local;
        _states[part.Depth] = counted is null ? from.State : local;
        for (var at = part.First; at < part.End;)
        {
            ref readonly var node = ref nodes[at];
            var (state, byteClass) = (_states[node.Depth - 1], classOf[node.Value]);
            state = counted is null ? program.StepListed(state, byteClass) : counted.Step(state, byteClass);
            if (state < 0)
            {
                at = node.End;
                continue;
            }
            var isFinal = counted is null ? program.IsFinal(state) : counted.IsFinal(state);
            // At the bottom there is nobody to return to: that the rule may end here changes nothing but the list of ends.
            var isFollowed = counted is null ? (isBottom ? program.IsPlain(state) : program.IsSimple(state)) : isBottom ? !counted.IsSpent(state) : !isFinal;
            if (isFollowed)
            {
                Note(round, at, isBottom && isFinal);
                _states[node.Depth] = state;
                at++;
                continue;
            }
            var next = round.Machine.Enter(new Reading(counted is null ? state : first + state, from.Stack));
            Note(round, at, next.HasEnded);
            Walk(round, new Part(at + 1, node.End, node.Depth), next, isFirst: false);
            at = node.End;
        }
    }

    private void Note(in Round round, int at, bool hasEnded)
    {
        ref readonly var node = ref round.Nodes[at];
        if (node.Token >= 0)
        {
            if (node.HasTwins) vocabulary.Mark(node.Token, round.Mask);
            else round.Mask[node.Token >> 6] |= 1UL << (node.Token & 63);
        }
        if (hasEnded && round.Ends is not null && node.End > at + 1) round.Ends.Add(at);
    }

    // Where the walk begins nobody asks whether the text may end.
    private bool IsFollowedByState(Configuration configuration, Reading only, bool isFirst) =>
        only.Stack.IsBottom
            ? program.IsPlain(only.State) && (isFirst || configuration.HasEnded == program.IsFinal(only.State))
            : !configuration.HasEnded && program.IsSimple(only.State);

    /// <summary>Places that lie below one, at the depth given.</summary>
    private readonly record struct Part(int First, int End, int Depth);

    private readonly ref struct Round(PushdownMachine machine, ReadOnlySpan<TrieNode> nodes, Span<ulong> mask, List<int>? ends)
    {
        public PushdownMachine Machine { get; } = machine;

        public ReadOnlySpan<TrieNode> Nodes { get; } = nodes;

        public Span<ulong> Mask { get; } = mask;

        public List<int>? Ends { get; } = ends;
    }
}

using Ingot.Text.Constraints.Machine;

namespace Ingot.Text.Constraints.Masks;

/// <summary>
/// Walks a trie and a machine together and marks the tokens that the machine reads to their end. While there is one reading
/// in a state that only takes bytes, that is a table look-up for each byte; the machine itself is asked only where rules are
/// called or end. Used again and again by one thread.
/// </summary>
internal sealed class TrieWalk(ConstraintVocabulary vocabulary, GrammarProgram program)
{
    private readonly int[] _states = new int[VocabularyTrie.MaxDepth + 1];
    private readonly StackNode?[] _stacks = new StackNode?[VocabularyTrie.MaxDepth + 1];
    private readonly Configuration?[] _configurations = new Configuration?[VocabularyTrie.MaxDepth + 1];

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
        var classOf = program.Classes.ClassOf;
        var (at, end, top) = place < 0 ? (0, nodes.Length, 0) : (place + 1, nodes[place].End, nodes[place].Depth);
        Set(0, start);
        while (at < end)
        {
            ref readonly var node = ref nodes[at];
            var depth = node.Depth - top;
            var above = depth - 1;
            if (_configurations[above] is { } configuration)
            {
                var next = machine.StepClass(configuration, classOf[node.Value]);
                if (next.IsDead)
                {
                    at = node.End;
                    continue;
                }
                Set(depth, next);
            }
            else
            {
                var state = program.Step(_states[above], classOf[node.Value]);
                if (state < 0)
                {
                    at = node.End;
                    continue;
                }
                var stack = _stacks[above]!;
                // At the bottom there is nobody to return to: that the rule may end here changes nothing but the list of ends.
                if (program.IsSimple(state) || (stack.IsBottom && program.IsPlain(state)))
                    (_states[depth], _stacks[depth], _configurations[depth]) = (state, stack, null);
                else
                    Set(depth, machine.Enter(new Reading(state, stack)));
            }
            if (node.Token >= 0) vocabulary.Mark(node.Token, mask);
            if (ends is not null && node.End > at + 1 && HasEnded(depth)) ends.Add(at);
            at++;
        }
    }

    private bool HasEnded(int depth) =>
        _configurations[depth] is { } configuration ? configuration.HasEnded
        : _stacks[depth]!.IsBottom && program.IsFinal(_states[depth]);

    private void Set(int depth, Configuration configuration)
    {
        if (configuration.Readings is [var only] && IsFollowedByState(configuration, only, depth == 0))
            (_states[depth], _stacks[depth], _configurations[depth]) = (only.State, only.Stack, null);
        else
            _configurations[depth] = configuration;
    }

    // Where the walk begins nobody asks whether the text may end.
    private bool IsFollowedByState(Configuration configuration, Reading only, bool isFirst) =>
        only.Stack.IsBottom
            ? program.IsPlain(only.State) && (isFirst || configuration.HasEnded == program.IsFinal(only.State))
            : !configuration.HasEnded && program.IsSimple(only.State);
}

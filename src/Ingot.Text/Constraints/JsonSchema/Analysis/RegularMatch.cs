using System.Text;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.JsonSchema.Analysis;

/// <summary>
/// Whether a text, known when a schema is compiled, is one that a regular node describes. It follows all ways at once, so
/// its work grows with text times node and never with the number of ways. Each step is counted by the caller.
/// </summary>
internal sealed class RegularMatch(string text, Action<int> count)
{
    private readonly int[] _characters = [.. text.EnumerateRunes().Select(rune => rune.Value)];

    public bool Matches(GrammarNode node) => Ends(node, [0]).Contains(_characters.Length);

    private HashSet<int> Ends(GrammarNode node, HashSet<int> starts)
    {
        count(starts.Count + 1);
        if (starts.Count == 0)
            return starts;
        return node switch
        {
            Literal literal => [.. EndsOf(literal, starts)],
            CharacterSet set => [.. starts.Where(start => start < _characters.Length && Contains(set, _characters[start])).Select(start => start + 1)],
            Sequence sequence => sequence.Items.Aggregate(starts, (from, item) => Ends(item, from)),
            Choice choice => Union(choice.Options.Select(option => Ends(option, starts))),
            Repeat repeat => EndsOf(repeat, starts),
            Intersection intersection => Union(starts.Select(start => EndsOfAll(intersection, start))),
            Difference difference => Union(starts.Select(start => Without(difference, start))),
            _ => throw new ArgumentException($"A {node.GetType().Name} is not regular.", nameof(node)),
        };
    }

    private static HashSet<int> Union(IEnumerable<HashSet<int>> sets)
    {
        HashSet<int> all = [];
        foreach (var set in sets)
            all.UnionWith(set);
        return all;
    }

    private static bool Contains(CharacterSet set, int character) =>
        set.Ranges.Any(range => character >= range.First && character <= range.Last) != set.Negated;

    private IEnumerable<int> EndsOf(Literal literal, HashSet<int> starts)
    {
        int[] expected = [.. literal.Text.EnumerateRunes().Select(rune => rune.Value)];
        return starts.Where(start => _characters.AsSpan(start).StartsWith(expected)).Select(start => start + expected.Length);
    }

    private HashSet<int> EndsOf(Repeat repeat, HashSet<int> starts)
    {
        var current = starts;
        for (var times = 0; times < repeat.Minimum && current.Count > 0; times++)
        {
            var next = Ends(repeat.Item, current);
            if (next.SetEquals(current))
                break;
            current = next;
        }

        HashSet<int> all = [.. current];
        for (var times = repeat.Minimum; times < (repeat.Maximum ?? int.MaxValue) && current.Count > 0; times++)
        {
            // A place reached before has had its turn with more repetitions left.
            var next = Ends(repeat.Item, current);
            next.ExceptWith(all);
            all.UnionWith(next);
            current = next;
        }

        return all;
    }

    private HashSet<int> EndsOfAll(Intersection intersection, int start)
    {
        var ends = Ends(intersection.Parts[0], [start]);
        foreach (var part in intersection.Parts.Skip(1))
            ends.IntersectWith(Ends(part, [start]));
        return ends;
    }

    private HashSet<int> Without(Difference difference, int start)
    {
        var ends = Ends(difference.Item, [start]);
        ends.ExceptWith(Ends(difference.Excluded, [start]));
        return ends;
    }
}

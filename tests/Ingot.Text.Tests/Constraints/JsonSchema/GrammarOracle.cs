using System.Text;
using System.Text.Json;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Analysis;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

/// <summary>Says whether a grammar describes a text by trying everything: slow, obvious, and no relative of the machine.</summary>
internal sealed class GrammarOracle(Grammar grammar, string text)
{
    private readonly Dictionary<(GrammarNode, int), HashSet<int>> _known = new(new ByReference());

    public static bool Accepts(Grammar grammar, string text) =>
        new GrammarOracle(grammar, text).Ends(grammar.Rules[grammar.Root], 0).Contains(text.Length);

    private HashSet<int> Ends(GrammarNode node, int start)
    {
        if (_known.TryGetValue((node, start), out var known))
            return known;
        HashSet<int> ends = node switch
        {
            Literal literal => string.CompareOrdinal(text, start, literal.Text, 0, literal.Text.Length) == 0 ? [start + literal.Text.Length] : [],
            CharacterSet set => EndsOf(set, start),
            Sequence sequence => sequence.Items.Aggregate(new HashSet<int> { start }, (starts, item) => [.. starts.SelectMany(from => Ends(item, from))]),
            Choice choice => [.. choice.Options.SelectMany(option => Ends(option, start))],
            Repeat repeat => EndsOf(repeat, start),
            RuleReference reference => Ends(grammar.Rules[reference.Rule], start),
            Intersection intersection => intersection.Parts.Select(part => new HashSet<int>(Ends(part, start))).Aggregate((one, other) => [.. one.Intersect(other)]),
            Difference difference => [.. Ends(difference.Item, start).Except(Ends(difference.Excluded, start))],
            JsonStringContent content => EndsOf(content, start),
            _ => throw new InvalidOperationException(node.ToString()),
        };
        return _known[(node, start)] = ends;
    }

    private HashSet<int> EndsOf(CharacterSet set, int start)
    {
        if (start >= text.Length)
            return [];
        Rune.DecodeFromUtf16(text.AsSpan(start), out var rune, out var length);
        return set.Ranges.Any(range => rune.Value >= range.First && rune.Value <= range.Last) != set.Negated ? [start + length] : [];
    }

    private HashSet<int> EndsOf(Repeat repeat, int start)
    {
        HashSet<int> current = [start];
        for (var times = 0; times < repeat.Minimum && current.Count > 0; times++)
            current = [.. current.SelectMany(from => Ends(repeat.Item, from))];
        HashSet<int> all = [.. current];
        for (var times = repeat.Minimum; times < (repeat.Maximum ?? int.MaxValue) && current.Count > 0; times++)
        {
            current = [.. current.SelectMany(from => Ends(repeat.Item, from)).Except(all)];
            all.UnionWith(current);
        }

        return all;
    }

    // The content ends where the string does.
    private HashSet<int> EndsOf(JsonStringContent content, int start)
    {
        var end = start;
        while (end < text.Length && text[end] != '"')
            end += text[end] == '\\' ? 2 : 1;
        if (end >= text.Length)
            return [];
        try
        {
            var value = JsonElement.Parse($"\"{text[start..end]}\"").GetString()!;
            return new RegularMatch(value, _ => { }).Matches(content.Item) ? [end] : [];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private sealed class ByReference : IEqualityComparer<(GrammarNode Node, int Start)>
    {
        public bool Equals((GrammarNode Node, int Start) x, (GrammarNode Node, int Start) y) => ReferenceEquals(x.Node, y.Node) && x.Start == y.Start;

        public int GetHashCode((GrammarNode Node, int Start) pair) =>
            HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(pair.Node), pair.Start);
    }
}

using System.Text;
using System.Text.Json;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Tests.Constraints;

/// <summary>
/// The plain meaning of grammar nodes, over the characters of a text: where a node that begins at a place may end. Rules
/// that reach themselves are repeated until nothing new is found.
/// </summary>
internal sealed class ReferenceMatcher(Grammar grammar, string text)
{
    private readonly Rune[] _text = [.. text.EnumerateRunes()];
    private readonly Dictionary<(string Rule, int At), HashSet<int>> _known = [];
    private bool _hasGrown;

    public static bool Accepts(Grammar grammar, string text) => new ReferenceMatcher(grammar, text).Accepts();

    private bool Accepts()
    {
        HashSet<int> ends;
        do
        {
            _hasGrown = false;
            foreach (var rule in grammar.Rules.Keys)
            {
                for (var at = 0; at <= _text.Length; at++) Grow(rule, at);
            }
            ends = Ends(new RuleReference(grammar.Root), 0);
        }
        while (_hasGrown);
        return ends.Contains(_text.Length);
    }

    private void Grow(string rule, int at)
    {
        if (!_known.TryGetValue((rule, at), out var known)) _known[(rule, at)] = known = [];
        foreach (var end in Ends(grammar.Rules[rule], at).ToList())
        {
            if (known.Add(end)) _hasGrown = true;
        }
    }

    private HashSet<int> Ends(GrammarNode node, int at) => node switch
    {
        Literal literal => EndsOf([.. literal.Text.EnumerateRunes()], at),
        CharacterSet set => at < _text.Length && set.Ranges.Any(r => r.First <= _text[at].Value && _text[at].Value <= r.Last) != set.Negated ? [at + 1] : [],
        Sequence sequence => sequence.Items.Aggregate(new HashSet<int> { at }, Then),
        Choice choice => [.. choice.Options.SelectMany(option => Ends(option, at))],
        Repeat repeat => EndsOf(repeat, at),
        RuleReference reference => _known.GetValueOrDefault((reference.Rule, at), []),
        Intersection intersection => [.. intersection.Parts.Select(part => Ends(part, at)).Aggregate((a, b) => [.. a.Intersect(b)])],
        Difference difference => [.. Ends(difference.Item, at).Except(Ends(difference.Excluded, at))],
        JsonStringContent content => [.. Enumerable.Range(at, _text.Length - at + 1).Where(end => IsContent(content, at, end))],
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    private HashSet<int> Then(HashSet<int> starts, GrammarNode node) => [.. starts.SelectMany(start => Ends(node, start))];

    private HashSet<int> EndsOf(Rune[] literal, int at) => _text.AsSpan(at).StartsWith(literal) ? [at + literal.Length] : [];

    private HashSet<int> EndsOf(Repeat repeat, int at)
    {
        HashSet<int> current = [at];
        HashSet<int> found = [];
        // Beyond the text's length further rounds can only take empty items.
        var rounds = Math.Min(repeat.Maximum ?? int.MaxValue, repeat.Minimum + _text.Length + 1);
        for (var round = 0; round <= rounds && current.Count > 0; round++)
        {
            if (round >= repeat.Minimum) found.UnionWith(current);
            current = Then(current, repeat.Item);
        }
        return found;
    }

    private bool IsContent(JsonStringContent content, int at, int end)
    {
        try
        {
            var inner = JsonSerializer.Deserialize<string>($"\"{string.Concat(_text[at..end].Select(rune => rune.ToString()))}\"")!;
            return Accepts(Grammar.Of(content.Item), inner);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}

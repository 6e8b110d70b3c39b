using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.RegularExpressions;

/// <summary>
/// Takes the anchors out of a pattern: what it matches is divided into the matches that must begin (end) the text and those
/// that may stand anywhere, and only the latter get any text before (after) them.
/// </summary>
internal sealed class AnchorPlacement(bool isStart, string? param)
{
    // Each step may copy the rest of a sequence: what people write takes a few of them.
    private const int MaxSteps = 100;

    private static readonly GrammarNode AnyText = new Repeat(GrammarNode.AnyCharacter, 0, null);

    private int _steps;

    public static GrammarNode Place(GrammarNode pattern, PatternScope scope, string? param)
    {
        var isSearch = scope == PatternScope.Search;
        return Apply(Apply(pattern, isStart: true, isSearch, param), isStart: false, isSearch, param);
    }

    private static GrammarNode Apply(GrammarNode pattern, bool isStart, bool isSearch, string? param)
    {
        var (bound, free) = new AnchorPlacement(isStart, param).Split(pattern);
        if (isSearch && !IsNever(free)) free = new Sequence(isStart ? [AnyText, free] : [free, AnyText]);
        return Either(bound, free);
    }

    private (GrammarNode Bound, GrammarNode Free) Split(GrammarNode node)
    {
        if (node is Anchor anchor && anchor.IsStart == isStart) return (GrammarNode.Empty, GrammarNode.Never);
        if (!HasAnchor(node)) return (GrammarNode.Never, node);
        if (++_steps > MaxSteps) throw Refuse("has anchors in too many places");
        return node switch
        {
            Choice choice => SplitChoice(choice),
            Sequence sequence => SplitSequence(sequence),
            Repeat repeat => SplitRepeat(repeat),
            _ => (GrammarNode.Never, node),
        };
    }

    private (GrammarNode Bound, GrammarNode Free) SplitChoice(Choice choice)
    {
        var parts = choice.Options.Select(Split).ToList();
        return (Any(parts.Select(p => p.Bound)), Any(parts.Select(p => p.Free)));
    }

    private (GrammarNode Bound, GrammarNode Free) SplitSequence(Sequence sequence)
    {
        if (sequence.Items.Count == 0) return (GrammarNode.Never, GrammarNode.Empty);
        var edge = isStart ? 0 : sequence.Items.Count - 1;
        var (bound, free) = Split(sequence.Items[edge]);
        GrammarNode rest = new Sequence([.. sequence.Items.Where((_, index) => index != edge)]);
        // Behind an item that took text no anchor holds any more; behind one that took none it is as if it were not there.
        var beyond = Remove(rest);
        List<GrammarNode> bounds = [Join(bound, beyond)];
        if (IsNullable(sequence.Items[edge]) && HasAnchor(rest)) bounds.Add(Split(rest).Bound);
        return (Any(bounds), Join(free, beyond));
    }

    private (GrammarNode Bound, GrammarNode Free) SplitRepeat(Repeat repeat)
    {
        if (repeat.Maximum != 1) throw Refuse("repeats a group that has an anchor in it");
        return Split(repeat.Minimum == 1 ? repeat.Item : new Choice([repeat.Item, GrammarNode.Empty]));
    }

    private GrammarNode Join(GrammarNode edge, GrammarNode rest) =>
        IsNever(edge) ? GrammarNode.Never : new Sequence(isStart ? [edge, rest] : [rest, edge]);

    private bool HasAnchor(GrammarNode node) => node switch
    {
        Anchor anchor => anchor.IsStart == isStart,
        Choice choice => choice.Options.Any(HasAnchor),
        Sequence sequence => sequence.Items.Any(HasAnchor),
        Repeat repeat => HasAnchor(repeat.Item),
        _ => false,
    };

    private GrammarNode Remove(GrammarNode node) => !HasAnchor(node) ? node : node switch
    {
        Choice choice => new Choice([.. choice.Options.Select(Remove)]),
        Sequence sequence => new Sequence([.. sequence.Items.Select(Remove)]),
        Repeat repeat => repeat with { Item = Remove(repeat.Item) },
        _ => GrammarNode.Never,
    };

    private IngotException Refuse(string what) =>
        new(ErrorCode.UnsupportedValue, $"A regular expression {what}, which cannot be enforced.", param);

    private static bool IsNullable(GrammarNode node) => node switch
    {
        Anchor => true,
        Choice choice => choice.Options.Any(IsNullable),
        Sequence sequence => sequence.Items.All(IsNullable),
        Repeat repeat => repeat.Minimum == 0 || IsNullable(repeat.Item),
        _ => false,
    };

    private static bool IsNever(GrammarNode node) => node is Choice { Options.Count: 0 };

    private static GrammarNode Either(GrammarNode one, GrammarNode other) => Any([one, other]);

    private static GrammarNode Any(IEnumerable<GrammarNode> nodes)
    {
        var options = nodes.Where(node => !IsNever(node)).ToList();
        return options.Count == 1 ? options[0] : new Choice(options);
    }
}

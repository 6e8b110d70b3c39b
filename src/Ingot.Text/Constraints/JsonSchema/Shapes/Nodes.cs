using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Grammar nodes put together without needless layers.</summary>
internal static class Nodes
{
    public static GrammarNode Digit { get; } = new CharacterSet([new CharacterRange('0', '9')]);

    public static GrammarNode NonZeroDigit { get; } = new CharacterSet([new CharacterRange('1', '9')]);

    public static GrammarNode AnyText { get; } = new Repeat(GrammarNode.AnyCharacter, 0, null);

    public static bool IsNever(GrammarNode node) => node is Choice { Options.Count: 0 };

    public static bool IsEmpty(GrammarNode node) => node is Sequence { Items.Count: 0 };

    /// <summary>One after the other; neighbouring literals become one.</summary>
    public static GrammarNode Join(params IEnumerable<GrammarNode> items)
    {
        List<GrammarNode> joined = [];
        foreach (var item in items)
        {
            if (IsNever(item))
                return GrammarNode.Never;
            foreach (var part in item is Sequence sequence ? sequence.Items : [item])
            {
                if (part is Literal added && joined is [.., Literal last])
                    joined[^1] = new Literal(last.Text + added.Text);
                else
                    joined.Add(part);
            }
        }

        return joined.Count == 1 ? joined[0] : new Sequence(joined);
    }

    /// <summary>One of these; those that are no text at all do not count.</summary>
    public static GrammarNode Either(params IEnumerable<GrammarNode> options)
    {
        List<GrammarNode> possible = [.. options.Where(option => !IsNever(option)).Distinct()];
        return possible.Count == 1 ? possible[0] : new Choice(possible);
    }

    public static GrammarNode Optional(GrammarNode item) => IsNever(item) || IsEmpty(item) ? GrammarNode.Empty : new Repeat(item, 0, 1);

    public static GrammarNode Times(GrammarNode item, int minimum, int? maximum) =>
        maximum == 0 ? GrammarNode.Empty : (minimum, maximum) is (1, 1) ? item : new Repeat(item, minimum, maximum);

    /// <summary>One digit from one to another.</summary>
    public static GrammarNode Digits(char first, char last) =>
        first > last ? GrammarNode.Never : first == last ? new Literal($"{first}") : new CharacterSet([new CharacterRange(first, last)]);
}

using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Between which lengths, in characters, the texts of a regular node lie. The upper end is null where there is none.</summary>
/// <param name="Least">No text is shorter.</param>
/// <param name="Most">No text is longer.</param>
internal readonly record struct RegularLength(long Least, long? Most)
{
    private const long Huge = int.MaxValue;

    public static RegularLength Of(GrammarNode node) => node switch
    {
        Literal literal => Exactly(literal.Text.EnumerateRunes().Count()),
        CharacterSet => Exactly(1),
        Sequence sequence => sequence.Items.Select(Of).Aggregate(Exactly(0), (sum, item) => new(Cap(sum.Least + item.Least), Add(sum.Most, item.Most))),
        Choice { Options.Count: > 0 } choice => OfChoice([.. choice.Options.Select(Of)]),
        Repeat repeat => OfRepeat(repeat, Of(repeat.Item)),
        Intersection intersection => OfIntersection([.. intersection.Parts.Select(Of)]),
        Difference difference => Of(difference.Item),
        _ => new(0, null),
    };

    private static RegularLength Exactly(int length) => new(length, length);

    private static RegularLength OfChoice(List<RegularLength> options) =>
        new(options.Min(option => option.Least), options.Exists(option => option.Most is null) ? null : options.Max(option => option.Most));

    private static RegularLength OfIntersection(List<RegularLength> parts) =>
        new(parts.Max(part => part.Least), parts.Min(part => part.Most));

    private static RegularLength OfRepeat(Repeat repeat, RegularLength item) =>
        new(Cap(item.Least * repeat.Minimum), item.Most == 0 ? 0 : repeat.Maximum is { } times && item.Most is { } most ? Cap(most * times) : null);

    private static long? Add(long? first, long? second) => first is { } one && second is { } other ? Cap(one + other) : null;

    private static long Cap(long length) => Math.Min(length, Huge);
}

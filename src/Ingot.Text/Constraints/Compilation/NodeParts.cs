using Ingot.Text.Constraints.Grammars;

namespace Ingot.Text.Constraints.Compilation;

internal static class NodeParts
{
    /// <summary>The nodes directly inside a node.</summary>
    public static IEnumerable<GrammarNode> Parts(this GrammarNode node) => node switch
    {
        Sequence sequence => sequence.Items,
        Choice choice => choice.Options,
        Repeat repeat => [repeat.Item],
        Intersection intersection => intersection.Parts,
        Difference difference => [difference.Item, difference.Excluded],
        JsonStringContent content => [content.Item],
        _ => [],
    };
}

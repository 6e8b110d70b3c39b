using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Analysis;

/// <summary>
/// Makes <c>oneOf</c> a choice of branches of which no two can hold for one value: those that might get the opposite of the
/// others added.
/// </summary>
internal sealed class ExclusiveBranches(SchemaNodes nodes, SchemaNegation negation)
{
    private readonly Dictionary<IReadOnlyList<SchemaNode>, IReadOnlyList<SchemaNode>> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether it is certain that no value satisfies both.</summary>
    public required Func<SchemaNode, SchemaNode, bool> AreExclusive { get; init; }

    public IReadOnlyList<SchemaNode> Of(IReadOnlyList<SchemaNode> group, string pointer)
    {
        if (_known.TryGetValue(group, out var known))
            return known;
        List<SchemaNode>[] parts = [.. group.Select(schema => new List<SchemaNode> { schema })];
        for (var index = 0; index < group.Count; index++)
        {
            for (var other = index + 1; other < group.Count; other++)
            {
                if (ExcludeByProfile(group[index], group[other]) || AreExclusive(group[index], group[other]))
                    continue;
                parts[index].Add(Opposite(group, other, index, pointer));
                parts[other].Add(Opposite(group, index, other, pointer));
            }
        }

        IReadOnlyList<SchemaNode> exclusive = [.. parts.Select(part => part.Count == 1 ? part[0] : nodes.All(part[0].Pointer, part))];
        _known.Add(group, exclusive);
        return exclusive;
    }

    private SchemaNode Opposite(IReadOnlyList<SchemaNode> group, int index, int other, string pointer)
    {
        try
        {
            return negation.Negate(group[index]);
        }
        catch (IngotException refusal) when (refusal.Code == ErrorCode.UnsupportedValue)
        {
            throw SchemaRefusal.Unenforceable($"{pointer}/oneOf",
                $"one value may satisfy both alternative {other} and alternative {index}; let a required property with a 'const' tell them apart");
        }
    }

    // Most often a type or a property with one value tells the branches apart, which is seen without writing a grammar.
    private bool ExcludeByProfile(SchemaNode first, SchemaNode second)
    {
        List<SchemaNode> one = Certain(first), two = Certain(second);
        var kinds = KindsOf(one) & KindsOf(two);
        if (kinds == JsonKinds.None || HaveNoValueInCommon(one, two))
            return true;
        if (kinds != JsonKinds.Object)
            return false;
        var required = one.Concat(two).SelectMany(schema => schema.Object?.Required ?? []);
        return required.Any(name => DifferIn(name, one, two));
    }

    private bool DifferIn(string name, List<SchemaNode> first, List<SchemaNode> second)
    {
        List<SchemaNode> one = PropertyOf(name, first), two = PropertyOf(name, second);
        return one.Count > 0 && two.Count > 0 && ((KindsOf(one) & KindsOf(two)) == JsonKinds.None || HaveNoValueInCommon(one, two));
    }

    private List<SchemaNode> PropertyOf(string name, List<SchemaNode> schemas) =>
        [.. schemas.SelectMany(schema => schema.Object?.Properties.TryGetValue(name, out var property) == true ? Certain(property) : [])];

    private static JsonKinds KindsOf(List<SchemaNode> schemas) => schemas.Aggregate(JsonKinds.All, (kinds, schema) => kinds & schema.Kinds);

    private static bool HaveNoValueInCommon(List<SchemaNode> first, List<SchemaNode> second) =>
        first.Select(schema => schema.Values).FirstOrDefault(values => values is not null) is { } one
        && second.Select(schema => schema.Values).FirstOrDefault(values => values is not null) is { } two
        && !one.Any(value => two.Any(other => JsonEquality.AreEqual(value, other)));

    // The schemas that hold whichever alternative is taken.
    private List<SchemaNode> Certain(SchemaNode schema)
    {
        List<SchemaNode> certain = [];
        HashSet<int> seen = [];
        Stack<SchemaNode> waiting = new([schema]);
        while (waiting.TryPop(out var node))
        {
            nodes.Step(node.Pointer);
            if (!seen.Add(node.Id))
                continue;
            certain.Add(node);
            node.AllOf.ForEach(waiting.Push);
            if (node.Reference is { } reference)
                waiting.Push(reference.Value);
        }

        return certain;
    }
}

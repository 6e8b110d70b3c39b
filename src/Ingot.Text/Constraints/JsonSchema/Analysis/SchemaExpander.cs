using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Analysis;

/// <summary>Schemas that hold together at one place, with nothing left to choose.</summary>
/// <param name="Schemas">What each says itself; none for any value.</param>
/// <param name="Kinds">The types that all of them allow.</param>
internal sealed record Alternative(IReadOnlyList<SchemaNode> Schemas, JsonKinds Kinds)
{
    public string Key { get; } = string.Join(',', Schemas.Select(schema => schema.Id).Order());
}

/// <summary>
/// Follows references and combinations from schemas that hold together, until only alternatives are left of which each is a
/// list of schemas without combinations.
/// </summary>
internal sealed class SchemaExpander(SchemaNodes nodes, SchemaNegation negation, ExclusiveBranches exclusive)
{
    public IReadOnlyList<Alternative> Expand(IReadOnlyList<SchemaNode> schemas)
    {
        var gathering = new Gathering { Home = HomeOf(schemas) };
        Dictionary<string, Alternative> found = new(StringComparer.Ordinal);
        if (schemas.All(schema => Visit(gathering, schema)))
            Branch(gathering, found, schemas[0].Pointer);
        return [.. found.Values];
    }

    // Unevaluated members are those that no schema below the keyword's own knows; schemas beside it do not count.
    private static SchemaNode? HomeOf(IReadOnlyList<SchemaNode> schemas)
    {
        var home = schemas.Count == 1 ? schemas[0] : null;
        HashSet<int> seen = [];
        while (home is { HasRules: false, Reference: { } reference, AllOf.Count: 0, AnyOf.Count: 0, OneOf.Count: 0 } && seen.Add(home.Id))
            home = reference.Value;
        return home;
    }

    private bool Visit(Gathering gathering, SchemaNode first)
    {
        Stack<SchemaNode> waiting = new([first]);
        while (waiting.TryPop(out var node))
        {
            nodes.Step(node.Pointer);
            if (!gathering.Seen.Add(node.Id))
                continue;
            gathering.Kinds &= node.Kinds;
            if (node.IsNever || gathering.Kinds == JsonKinds.None)
                return false;
            if (node.HasRules)
                gathering.Add(node);
            gathering.Groups.AddRange(node.AnyOf);
            gathering.Groups.AddRange(node.OneOf.Select(group => exclusive.Of(group, node.Pointer)));
            gathering.Groups.AddRange(node.Dependents.Select(dependent => Group(node, dependent.Key, dependent.Value)));
            if (node.Conditional is { } conditional && (conditional.Then ?? conditional.Else) is not null)
                gathering.Groups.Add(Group(node, conditional));
            foreach (var part in Parts(node).Reverse())
                waiting.Push(part);
        }

        return true;
    }

    private IEnumerable<SchemaNode> Parts(SchemaNode node) =>
        [.. node.AllOf, .. node.Reference is { } reference ? [reference.Value] : Array.Empty<SchemaNode>(), .. node.Not.Select(negation.Negate)];

    private SchemaNode[] Group(SchemaNode node, string name, SchemaNode schema) =>
        [nodes.Lacking(node.Pointer, name), nodes.All(node.Pointer, nodes.Having(node.Pointer, name), schema)];

    private SchemaNode[] Group(SchemaNode node, Conditional conditional)
    {
        var at = node.Pointer;
        SchemaNode[] with = conditional.Then is { } then ? [conditional.If, then] : [conditional.If];
        SchemaNode[] without = conditional.Else is { } otherwise ? [negation.Negate(conditional.If), otherwise] : [negation.Negate(conditional.If)];
        return [nodes.All(at, with), nodes.All(at, without)];
    }

    private void Branch(Gathering gathering, Dictionary<string, Alternative> found, string pointer)
    {
        if (gathering.Groups.Count == 0)
        {
            var alternative = new Alternative(gathering.Schemas, gathering.Kinds);
            if (found.TryAdd(alternative.Key, alternative) && found.Count > SchemaLimits.MaxAlternatives)
                throw SchemaRefusal.Unenforceable(pointer, $"there are more than {SchemaLimits.MaxAlternatives} combinations of its alternatives");
            return;
        }

        var group = gathering.Groups[0];
        foreach (var option in group)
        {
            var branch = gathering.Copy();
            branch.Groups.RemoveAt(0);
            if (Visit(branch, option))
                Branch(branch, found, pointer);
        }
    }

    private sealed class Gathering
    {
        public SchemaNode? Home { get; init; }

        public HashSet<int> Seen { get; init; } = [];

        public List<SchemaNode> Schemas { get; init; } = [];

        public List<IReadOnlyList<SchemaNode>> Groups { get; init; } = [];

        public JsonKinds Kinds { get; set; } = JsonKinds.All;

        public Gathering Copy() => new() { Home = Home, Seen = [.. Seen], Schemas = [.. Schemas], Groups = [.. Groups], Kinds = Kinds };

        public void Add(SchemaNode node)
        {
            var keyword = node.Object?.Unevaluated is not null ? "unevaluatedProperties" : node.Array?.Unevaluated is not null ? "unevaluatedItems" : null;
            if (keyword is not null && node != Home)
                throw SchemaRefusal.Unenforceable($"{node.Pointer}/{keyword}", "it is combined with schemas beside it");
            Schemas.Add(node);
        }
    }
}

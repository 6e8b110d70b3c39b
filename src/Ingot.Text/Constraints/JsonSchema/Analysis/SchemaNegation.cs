using System.Text.Json;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Analysis;

/// <summary>
/// The opposite of a schema as a schema: any one of its rules broken. Rules whose breach cannot be told of a value while it
/// is written are refused by their place.
/// </summary>
internal sealed class SchemaNegation(SchemaNodes nodes)
{
    private readonly Dictionary<int, SchemaNode> _known = [];
    private int _depth;

    /// <summary>The schema of exactly the values that do not satisfy this one.</summary>
    public SchemaNode Negate(SchemaNode node)
    {
        if (_known.TryGetValue(node.Id, out var known))
            return known;
        var opposite = nodes.Derived(node.Pointer);
        _known.Add(node.Id, opposite);
        _known.Add(opposite.Id, node);
        if (node.IsNever)
            return opposite;
        if (++_depth > SchemaLimits.MaxDepth)
            throw SchemaRefusal.Unenforceable(node.Pointer, "its opposite is nested too deeply");
        List<SchemaNode> options = [.. Rules(node), .. Combinations(node)];
        if (options.Count == 0)
            opposite.IsNever = true;
        else
            opposite.AnyOf.Add(options);
        _depth--;
        return opposite;
    }

    private IEnumerable<SchemaNode> Rules(SchemaNode node)
    {
        var at = node.Pointer;
        if (node.Kinds != JsonKinds.All)
            yield return nodes.Of(at, JsonKinds.All & ~node.Kinds);
        if (node.Values is { } values)
            yield return OtherThan(values, $"{at}/enum");
        foreach (var broken in Broken(node.Numbers, at).Concat(Broken(node.Text, at)).Concat(Broken(node.Array, at)).Concat(Broken(node.Object, at)))
            yield return broken;
    }

    private IEnumerable<SchemaNode> Combinations(SchemaNode node)
    {
        var at = node.Pointer;
        if (node.Reference is { } reference)
            yield return Negate(reference.Value);
        foreach (var part in node.AllOf)
            yield return Negate(part);
        foreach (var group in node.AnyOf)
            yield return nodes.All(at, group.Select(Negate));
        foreach (var part in node.Not)
            yield return part;
        foreach (var group in node.OneOf)
        {
            yield return nodes.All(at, group.Select(Negate));
            foreach (var (index, option) in group.Index())
            {
                foreach (var other in group.Skip(index + 1))
                    yield return nodes.All(at, option, other);
            }
        }

        if (node.Conditional is { Then: { } then } withThen)
            yield return nodes.All(at, withThen.If, Negate(then));
        if (node.Conditional is { Else: { } otherwise } withElse)
            yield return nodes.All(at, Negate(withElse.If), Negate(otherwise));
        foreach (var (name, schema) in node.Dependents)
            yield return nodes.All(at, nodes.Having(at, name), Negate(schema));
    }

    // None of several values: what that means for each type holds for all of them at once.
    private SchemaNode OtherThan(IReadOnlyList<JsonElement> values, string pointer)
    {
        var node = nodes.Derived(pointer);
        var range = NumberSet.All;
        List<GrammarNode> texts = [];
        foreach (var value in values)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    node.Kinds &= ~JsonKinds.Null;
                    break;
                case JsonValueKind.String:
                    texts.Add(new Literal(value.GetString()!));
                    break;
                case JsonValueKind.Number when ExactNumber.Parse(value.GetRawText()) is { } number:
                    range = range.Intersect(NumberSet.Between(number, false, number, false).Complement());
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    SchemaNode other = nodes.Derived(pointer), opposite = nodes.Derived(pointer);
                    other.Kinds = JsonKinds.All & ~JsonKinds.Boolean;
                    opposite.Values = [JsonElement.Parse(value.ValueKind == JsonValueKind.True ? "false" : "true")];
                    node.AnyOf.Add([other, opposite]);
                    break;
                default:
                    throw SchemaRefusal.Unenforceable(pointer, "that a value is not a certain array, object or huge number cannot be told while it is written");
            }
        }

        node.Numbers = range.IsAll ? null : new NumberRules(range, null);
        node.Text = texts.Count == 0 ? null : new TextRules { Forbidden = texts };
        return node;
    }

    private IEnumerable<SchemaNode> Broken(NumberRules? rules, string at)
    {
        if (rules is null)
            yield break;
        if (!rules.Range.IsAll)
        {
            var outside = nodes.Of(at, JsonKinds.Number);
            outside.Numbers = new NumberRules(rules.Range.Complement(), null);
            yield return outside;
        }

        if (rules.MultipleOf is { } unit)
        {
            yield return unit.Equals(ExactNumber.Of(1))
                ? nodes.Of(at, JsonKinds.Fraction)
                : throw SchemaRefusal.Unenforceable($"{at}/multipleOf", "that a number is no multiple is not enforced");
        }
    }

    private IEnumerable<SchemaNode> Broken(TextRules? rules, string at)
    {
        if (rules is null)
            yield break;
        if (rules.MinLength > 0)
            yield return nodes.Texts(at, new TextRules { MaxLength = rules.MinLength - 1 });
        if (rules.MaxLength is { } maximum)
            yield return nodes.Texts(at, new TextRules { MinLength = maximum + 1 });
        foreach (var pattern in rules.Required)
            yield return nodes.Texts(at, new TextRules { Forbidden = [pattern] });
        foreach (var pattern in rules.Forbidden)
            yield return nodes.Texts(at, new TextRules { Required = [pattern] });
    }

    private IEnumerable<SchemaNode> Broken(ArrayRules? rules, string at)
    {
        if (rules is null)
            yield break;
        if (rules.UniqueItems)
            throw SchemaRefusal.Unenforceable($"{at}/uniqueItems", "that items repeat is not enforced");
        if (rules.Unevaluated is not null)
            throw SchemaRefusal.Unenforceable($"{at}/unevaluatedItems", "its opposite is not enforced");
        if (rules.MinItems > 0)
            yield return nodes.Arrays(at, new ArrayRules { MaxItems = rules.MinItems - 1 });
        if (rules.MaxItems is { } maximum)
            yield return nodes.Arrays(at, new ArrayRules { MinItems = maximum + 1 });
        foreach (var (index, schema) in rules.Prefix.Index())
        {
            if (!schema.IsAlways)
                yield return nodes.Arrays(at, new ArrayRules { MinItems = index + 1, Prefix = [.. Enumerable.Range(0, index).Select(_ => nodes.Derived(at)), Negate(schema)] });
        }

        if (rules.Items is { IsAlways: false } items)
        {
            yield return rules.Prefix.Count == 0
                ? nodes.Arrays(at, new ArrayRules { Contains = Negate(items) })
                : items.IsNever
                    ? nodes.Arrays(at, new ArrayRules { MinItems = rules.Prefix.Count + 1 })
                    : throw SchemaRefusal.Unenforceable($"{at}/items", "the opposite of items after a prefix is not enforced");
        }

        if (rules.Contains is not { } contained)
            yield break;
        if (rules.MinContains > 0)
            yield return nodes.Arrays(at, new ArrayRules { Contains = contained, MinContains = 0, MaxContains = rules.MinContains - 1 });
        if (rules.MaxContains is { } most)
            yield return nodes.Arrays(at, new ArrayRules { Contains = contained, MinContains = most + 1 });
    }

    private IEnumerable<SchemaNode> Broken(ObjectRules? rules, string at)
    {
        if (rules is null)
            yield break;
        foreach (var (keyword, isGiven) in new[]
        {
            ("additionalProperties", rules.Additional is { IsAlways: false }), ("patternProperties", rules.Patterns.Any(pattern => !pattern.Schema.IsAlways)),
            ("propertyNames", rules.Names is { IsAlways: false }), ("unevaluatedProperties", rules.Unevaluated is { IsAlways: false }),
        })
        {
            if (isGiven)
                throw SchemaRefusal.Unenforceable($"{at}/{keyword}", "its opposite is not enforced");
        }

        foreach (var name in rules.Required)
            yield return nodes.Objects(at, nodes.Lacking(at, name).Object!);
        foreach (var (name, schema) in rules.Properties)
        {
            if (!schema.IsAlways)
                yield return nodes.Objects(at, new ObjectRules { Required = [name], Properties = new(StringComparer.Ordinal) { [name] = Negate(schema) } });
        }

        if (rules.MinProperties > 0)
            yield return nodes.Objects(at, new ObjectRules { MaxProperties = rules.MinProperties - 1 });
        if (rules.MaxProperties is { } maximum)
            yield return nodes.Objects(at, new ObjectRules { MinProperties = maximum + 1 });
    }
}

using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Shapes;

/// <summary>Strings that satisfy several schemas at once.</summary>
internal static class TextShape
{
    public static GrammarNode Write(IReadOnlyList<SchemaNode> schemas) =>
        Characters(schemas) is not { } characters ? JsonSyntax.String : Nodes.IsNever(characters) ? characters : JsonSyntax.Quoted(characters);

    /// <summary>What the strings hold, a regular node; null for anything.</summary>
    public static GrammarNode? Characters(IReadOnlyList<SchemaNode> schemas)
    {
        var rules = schemas.Select(schema => schema.Text).OfType<TextRules>().ToList();
        if (rules.Count == 0)
            return null;
        var minimum = rules.Max(rule => rule.MinLength);
        var maximum = rules.Min(rule => rule.MaxLength);
        if (minimum > maximum)
            return GrammarNode.Never;
        List<GrammarNode> parts = [.. rules.SelectMany(rule => rule.Required).Distinct()];
        var length = RegularLength.Of(parts.Count == 0 ? Nodes.AnyText : new Intersection(parts));
        if (minimum > length.Least || (maximum is { } most && (length.Most is null || length.Most > most)))
            parts.Add(new Repeat(GrammarNode.AnyCharacter, minimum, maximum));
        var node = parts.Count switch { 0 => Nodes.AnyText, 1 => parts[0], _ => new Intersection(parts) };
        List<GrammarNode> forbidden = [.. rules.SelectMany(rule => rule.Forbidden).Distinct()];
        return forbidden.Count == 0 ? node : new Difference(node, Nodes.Either(forbidden));
    }
}

/// <summary>Numbers that satisfy several schemas at once.</summary>
internal static class NumberShape
{
    public static GrammarNode Write(IReadOnlyList<SchemaNode> schemas, JsonKinds kinds, MultipleText multiples)
    {
        var rules = schemas.Where(schema => schema.Numbers is not null).ToList();
        var range = rules.Aggregate(NumberSet.All, (set, schema) => set.Intersect(schema.Numbers!.Range));
        var units = rules.Where(schema => schema.Numbers!.MultipleOf is not null).ToList();
        kinds &= JsonKinds.Number;
        if (units.Count == 0)
            return range.IsAll ? Any(kinds) : Nodes.Either(range.Intervals.Select(interval => NumberText.Between(interval, kinds)));
        var unit = units.Select(schema => schema.Numbers!.MultipleOf!.Value).Aggregate((first, second) => first.LeastCommonMultiple(second));
        return Nodes.Either(range.Intervals.Select(interval => multiples.Write(unit, interval, kinds, units[0].Pointer)));
    }

    private static GrammarNode Any(JsonKinds kinds) => kinds switch
    {
        JsonKinds.Number => JsonSyntax.Number,
        JsonKinds.Integer => JsonSyntax.Integer,
        _ => NumberText.Between(NumberInterval.All, kinds),
    };
}

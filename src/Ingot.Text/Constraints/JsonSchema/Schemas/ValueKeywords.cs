using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Reads the keywords about numbers.</summary>
internal static class NumberKeywords
{
    public static NumberRules? Read(SchemaObject schema)
    {
        var range = Bound(schema, "minimum", "exclusiveMinimum", (end, excluded) => NumberSet.Between(end, excluded, null, false))
            .Intersect(Bound(schema, "maximum", "exclusiveMaximum", (end, excluded) => NumberSet.Between(null, false, end, excluded)));
        var multipleOf = schema.Number("multipleOf");
        if (multipleOf is { Units.Sign: <= 0 })
            throw SchemaRefusal.Wrong(schema.PointerTo("multipleOf"), "it must be above 0");
        return range.IsAll && multipleOf is null ? null : new NumberRules(range, multipleOf);
    }

    // Draft 4 wrote the exclusive form as a flag; generators still do.
    private static NumberSet Bound(SchemaObject schema, string inclusive, string exclusive, Func<ExactNumber, bool, NumberSet> from)
    {
        var isFlag = schema.Find(exclusive)?.ValueKind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False;
        var range = NumberSet.All;
        if (schema.Number(inclusive) is { } end)
            range = from(end, isFlag && schema.Boolean(exclusive) == true);
        if (!isFlag && schema.Number(exclusive) is { } excludedEnd)
            range = range.Intersect(from(excludedEnd, true));
        return range;
    }
}

/// <summary>Reads the keywords about strings.</summary>
internal static class TextKeywords
{
    public static TextRules? Read(SchemaObject schema)
    {
        var minimum = schema.Count("minLength") ?? 0;
        var maximum = schema.Count("maxLength");
        List<GrammarNode> required = [];
        if (schema.Text("pattern") is { } pattern)
            required.Add(TextPatterns.Read(pattern, schema.PointerTo("pattern")));
        if (schema.Text("format") is { } format && TextFormats.Find(format) is { } form)
            required.Add(form);
        return minimum == 0 && maximum is null && required.Count == 0
            ? null
            : new TextRules { MinLength = minimum, MaxLength = maximum, Required = required };
    }
}

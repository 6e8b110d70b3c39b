using System.Text.Json;
using Ingot.Text.Constraints.JsonSchema.Shapes;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Reads the keywords about arrays.</summary>
internal static class ArrayKeywords
{
    private static readonly string[] All =
        ["items", "prefixItems", "additionalItems", "unevaluatedItems", "minItems", "maxItems", "uniqueItems", "contains"];

    public static ArrayRules? Read(SchemaObject schema, Func<JsonElement, string, SchemaNode> child)
    {
        if (!All.Any(keyword => schema.Find(keyword) is not null))
            return null;
        SchemaNode? One(string keyword) => schema.Find(keyword) is { } value ? child(value, schema.PointerTo(keyword)) : null;

        // Up to 2019 a list under "items" was the prefix, and "additionalItems" what follows it.
        var isList = schema.Find("items")?.ValueKind == JsonValueKind.Array;
        var prefix = schema.Items(isList ? "items" : "prefixItems") ?? [];
        return new ArrayRules
        {
            Prefix = [.. prefix.Select(item => child(item.Value, item.Pointer))],
            Items = One(isList ? "additionalItems" : "items"),
            Unevaluated = One("unevaluatedItems"),
            MinItems = schema.Count("minItems") ?? 0,
            MaxItems = schema.Count("maxItems"),
            UniqueItems = schema.Boolean("uniqueItems") ?? false,
            Contains = One("contains"),
            MinContains = schema.Count("minContains") ?? 1,
            MaxContains = schema.Count("maxContains"),
        };
    }
}

/// <summary>Reads the keywords about objects.</summary>
internal static class ObjectKeywords
{
    private static readonly string[] All =
    [
        "properties", "required", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames",
        "minProperties", "maxProperties",
    ];

    public static ObjectRules? Read(SchemaObject schema, Func<JsonElement, string, SchemaNode> child)
    {
        if (!All.Any(keyword => schema.Find(keyword) is not null))
            return null;
        SchemaNode? One(string keyword) => schema.Find(keyword) is { } value ? child(value, schema.PointerTo(keyword)) : null;
        OrderedDictionary<string, SchemaNode> properties = new(StringComparer.Ordinal);
        foreach (var (name, value, pointer) in schema.Members("properties"))
            properties[name] = child(value, pointer);

        // "required: true" is draft 3's, and still met; it says nothing about an object.
        var required = schema.Find("required")?.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : schema.Texts("required");
        return new ObjectRules
        {
            Properties = properties,
            Required = required,
            Patterns =
            [
                .. schema.Members("patternProperties")
                    .Select(member => new PatternProperty(member.Name, TextPatterns.Read(member.Name, member.Pointer), child(member.Value, member.Pointer))),
            ],
            Additional = One("additionalProperties"),
            Unevaluated = One("unevaluatedProperties"),
            Names = One("propertyNames"),
            MinProperties = schema.Count("minProperties") ?? 0,
            MaxProperties = schema.Count("maxProperties"),
        };
    }

    public static void ReadDependencies(SchemaNode node, SchemaObject schema, SchemaNodes nodes, Func<JsonElement, string, SchemaNode> child)
    {
        foreach (var keyword in new[] { "dependentRequired", "dependencies", "dependentSchemas" })
        {
            foreach (var (name, value, pointer) in schema.Members(keyword))
            {
                if (value.ValueKind == JsonValueKind.Array && keyword != "dependentSchemas")
                {
                    var needed = nodes.Derived(pointer);
                    needed.Object = new ObjectRules { Required = SchemaObject.TextsOf(value, pointer) };
                    node.Dependents.Add(new(name, needed));
                }
                else
                {
                    node.Dependents.Add(new(name, child(value, pointer)));
                }
            }
        }
    }
}

using System.Text.Json;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>
/// Reads schemas of draft 7 to 2020-12 into nodes, each place once. Keywords that only describe are left alone, as are
/// unknown ones; so are keywords of a type the value does not have. Not thread-safe.
/// </summary>
internal sealed class SchemaReader(SchemaDocument document, SchemaNodes nodes, IReadOnlySet<string> ignored)
{
    private static readonly string[] ReferenceKeywords = ["$ref", "$dynamicRef", "$recursiveRef"];
    private readonly Dictionary<string, SchemaNode> _read = new(StringComparer.Ordinal);

    /// <summary>The node of the whole document.</summary>
    public SchemaNode ReadRoot() => Read(document.Root.Element, "", document.Root.Base, 0);

    private SchemaNode Read(JsonElement element, string pointer, Uri outer, int depth)
    {
        if (_read.TryGetValue(pointer, out var known))
            return known;
        if (depth > SchemaLimits.MaxDepth)
            throw SchemaRefusal.Wrong(pointer, $"schemas are nested deeper than {SchemaLimits.MaxDepth}");
        var node = nodes.Written(pointer);
        _read.Add(pointer, node);
        switch (element.ValueKind)
        {
            case JsonValueKind.True:
                break;
            case JsonValueKind.False:
                node.IsNever = true;
                break;
            case JsonValueKind.Object:
                ReadKeywords(node, element, pointer, SchemaDocument.BaseOf(element, pointer, outer), depth);
                break;
            default:
                throw SchemaRefusal.Wrong(pointer, "a schema must be an object, true or false");
        }

        return node;
    }

    private void ReadKeywords(SchemaNode node, JsonElement element, string pointer, Uri own, int depth)
    {
        var schema = new SchemaObject(element, pointer, ignored);
        if (ReadReference(node, schema, own) && document.IgnoresReferenceSiblings)
            return;
        SchemaNode Child(JsonElement value, string at) => Read(value, at, own, depth + 1);
        node.Kinds = ReadKinds(schema);
        node.Values = ReadValues(schema);
        node.Numbers = NumberKeywords.Read(schema);
        node.Text = TextKeywords.Read(schema);
        node.Array = ArrayKeywords.Read(schema, Child);
        node.Object = ObjectKeywords.Read(schema, Child);
        ObjectKeywords.ReadDependencies(node, schema, nodes, Child);
        ReadCombinations(node, schema, Child);
    }

    private bool ReadReference(SchemaNode node, SchemaObject schema, Uri own)
    {
        foreach (var keyword in ReferenceKeywords)
        {
            if (schema.Text(keyword) is not { } reference)
                continue;
            var at = schema.PointerTo(keyword);
            node.Reference = new Lazy<SchemaNode>(() =>
            {
                var place = document.Resolve(reference, own, at);
                return Read(place.Element, place.Pointer, place.Base, 0);
            });
            return true;
        }

        return false;
    }

    private static JsonKinds ReadKinds(SchemaObject schema)
    {
        if (schema.Find("type") is not { } type)
            return JsonKinds.All;
        var pointer = schema.PointerTo("type");
        if (type.ValueKind == JsonValueKind.String)
            return KindOf(type.GetString()!, pointer);
        return SchemaObject.TextsOf(type, pointer).Aggregate(JsonKinds.None, (kinds, name) => kinds | KindOf(name, pointer));
    }

    private static JsonKinds KindOf(string name, string pointer) => name switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "integer" => JsonKinds.Integer,
        "number" => JsonKinds.Number,
        "string" => JsonKinds.String,
        "array" => JsonKinds.Array,
        "object" => JsonKinds.Object,
        _ => throw SchemaRefusal.Wrong(pointer, "a type is one of null, boolean, integer, number, string, array and object"),
    };

    private static List<JsonElement>? ReadValues(SchemaObject schema)
    {
        var values = schema.Items("enum")?.Select(item => item.Value).ToList();
        if (schema.Find("const") is { } only)
            values = values is null || values.Exists(value => JsonEquality.AreEqual(value, only)) ? [only] : [];
        return values;
    }

    private void ReadCombinations(SchemaNode node, SchemaObject schema, Func<JsonElement, string, SchemaNode> child)
    {
        List<SchemaNode>? Group(string keyword)
        {
            var items = schema.Items(keyword);
            return items is not { Count: 0 }
                ? items?.Select(item => child(item.Value, item.Pointer)).ToList()
                : throw SchemaRefusal.Wrong(schema.PointerTo(keyword), "it must hold at least one schema");
        }

        SchemaNode? One(string keyword) => schema.Find(keyword) is { } value ? child(value, schema.PointerTo(keyword)) : null;
        node.AllOf.AddRange(Group("allOf") ?? []);
        if (Group("anyOf") is { } anyOf)
            node.AnyOf.Add(anyOf);
        if (Group("oneOf") is { } oneOf)
            node.OneOf.Add(oneOf);
        if (One("not") is { } not)
            node.Not.Add(not);
        if (One("if") is { } condition)
            node.Conditional = new Conditional(condition, One("then"), One("else"));
    }
}

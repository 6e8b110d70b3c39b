using System.Text.Json;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>
/// Checks values against the JSON Schemas of an OpenAPI document, for the words that this document uses; any other word is
/// a fault of the test. Stricter than the standard in one thing: a field that no schema names is a mistake.
/// </summary>
internal sealed class SchemaValidator(JsonElement document)
{
    private static readonly HashSet<string> Understood =
    [
        "$ref", "type", "format", "description", "properties", "required", "additionalProperties", "items", "anyOf", "minimum", "exclusiveMinimum", "maximum",
        "minItems", "maxItems", "maxProperties", "propertyNames", "minLength", "maxLength", "pattern", "enum",
    ];

    /// <summary>What is wrong with a value; nothing when it fits.</summary>
    public List<string> Validate(JsonElement schema, JsonElement value)
    {
        var mistakes = new List<string>();
        Check(schema, value, "$", mistakes);
        return mistakes;
    }

    /// <summary>Follows a reference within the document.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        if (!schema.TryGetProperty("$ref", out JsonElement reference))
            return schema;
        JsonElement target = document;
        foreach (string part in reference.GetString()!.Split('/').Skip(1))
            target = target.GetProperty(part);
        return target;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        Assert.Empty(schema.EnumerateObject().Select(word => word.Name).Except(Understood));
        schema = Resolve(schema);
        if (schema.TryGetProperty("anyOf", out JsonElement forms))
        {
            List<List<string>> tried = [.. forms.EnumerateArray().Select(form => Try(form, value, path))];
            if (tried.All(form => form.Count > 0))
                mistakes.Add($"{path} fits none of its forms: {string.Join(" | ", tried.Select(form => form[0]))}");
        }

        if (schema.TryGetProperty("type", out JsonElement type) && !Types(type).Any(name => Is(name, value)))
        {
            mistakes.Add($"{path} is {value.ValueKind}, not {type}");
            return;
        }

        if (SchemaBounds.Broken(schema, value) is { } bound)
            mistakes.Add($"{path} breaks {bound}");
        if (value.ValueKind == JsonValueKind.Object && type.ValueKind != JsonValueKind.Undefined)
            CheckFields(schema, value, path, mistakes);
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            foreach ((int index, JsonElement item) in value.EnumerateArray().Index())
                Check(items, item, $"{path}[{index}]", mistakes);
        }
    }

    private List<string> Try(JsonElement schema, JsonElement value, string path)
    {
        var mistakes = new List<string>();
        Check(schema, value, path, mistakes);
        return mistakes;
    }

    private void CheckFields(JsonElement schema, JsonElement value, string path, List<string> mistakes)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
            mistakes.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path} lacks {name}"));
        bool hasOthers = schema.TryGetProperty("additionalProperties", out JsonElement others);
        foreach (JsonProperty field in value.EnumerateObject())
        {
            string at = $"{path}.{field.Name}";
            if (schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(field.Name, out JsonElement known))
                Check(known, field.Value, at, mistakes);
            else if (!hasOthers || others.ValueKind == JsonValueKind.False)
                mistakes.Add($"{at} is not in the document");
            else if (others.ValueKind == JsonValueKind.Object)
                Check(others, field.Value, at, mistakes);
        }
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is no type of JSON Schema"),
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>A bound that the document states of a request: a body that just keeps it and one that just breaks it.</summary>
/// <param name="Path">The field, as errors name it.</param>
/// <param name="Word">The bound's word in JSON Schema.</param>
/// <param name="Kept">Says nothing but a value of the field that keeps the bound.</param>
/// <param name="Broken">The same with a value that breaks it.</param>
internal sealed record StatedBound(string Path, string Word, JsonNode Kept, JsonNode Broken);

/// <summary>Finds every bound in a schema and makes bodies for both of its sides.</summary>
/// <param name="document">The OpenAPI document.</param>
internal sealed class StatedBounds(JsonElement document)
{
    private readonly SchemaValidator _validator = new(document);

    /// <summary>All bounds of a request's schema.</summary>
    public List<StatedBound> Find(JsonElement schema)
    {
        var found = new List<StatedBound>();
        Walk(schema, "", value => value, found);
        return found;
    }

    private void Walk(JsonElement schema, string path, Func<JsonNode?, JsonNode?> within, List<StatedBound> found)
    {
        schema = _validator.Resolve(schema);
        foreach (JsonProperty word in schema.EnumerateObject())
        {
            foreach ((JsonNode? kept, JsonNode? broken) in Sides(schema, word))
                found.Add(new StatedBound(path, word.Name, within(kept)!, within(broken)!));
        }

        if (schema.TryGetProperty("anyOf", out JsonElement forms))
        {
            foreach (JsonElement form in forms.EnumerateArray())
                Walk(form, path, within, found);
        }

        if (schema.TryGetProperty("items", out JsonElement items))
            Walk(items, $"{path}[0]", value => within(new JsonArray(value)), found);
        if (schema.TryGetProperty("additionalProperties", out JsonElement others) && others.ValueKind == JsonValueKind.Object)
            Walk(others, $"{path}.k", value => within(new JsonObject { ["k"] = value }), found);
        if (!schema.TryGetProperty("properties", out JsonElement properties))
            return;
        foreach (JsonProperty field in properties.EnumerateObject())
            Walk(field.Value, path.Length == 0 ? field.Name : $"{path}.{field.Name}", value => within(new JsonObject { [field.Name] = value }), found);
    }

    private IEnumerable<(JsonNode? Kept, JsonNode? Broken)> Sides(JsonElement schema, JsonProperty word)
    {
        switch (word.Name)
        {
            case "minimum":
                return [(Number(word.Value), word.Value.GetDouble() - 1)];
            case "exclusiveMinimum":
                return [(word.Value.GetDouble() + 0.01, Number(word.Value))];
            case "maximum":
                return [(Number(word.Value), word.Value.GetDouble() + 1)];
            case "minItems":
                return [(List(schema, word.Value.GetInt32()), List(schema, word.Value.GetInt32() - 1))];
            case "maxItems":
                return [(List(schema, word.Value.GetInt32()), List(schema, word.Value.GetInt32() + 1))];
            case "maxProperties":
                return [(Map(schema, word.Value.GetInt32(), 1), Map(schema, word.Value.GetInt32() + 1, 1))];
            case "propertyNames":
                int longest = word.Value.GetProperty("maxLength").GetInt32();
                return [(Map(schema, 1, longest), Map(schema, 1, longest + 1))];
            case "minLength":
                return [(new string('a', word.Value.GetInt32()), new string('a', word.Value.GetInt32() - 1))];
            case "maxLength":
                // Characters beyond the first 65536 count once.
                return [(Repeat("🙂", word.Value.GetInt32()), new string('a', word.Value.GetInt32() + 1))];
            case "pattern":
                return [("a-Z_9", "a b"), (new string('a', 64), new string('a', 65)), ("a", "a\n"), ("a", "")];
            case "enum":
                return word.Value.EnumerateArray().Select(known => ((JsonNode?)known.GetString(), (JsonNode?)"something else"));
            default:
                return [];
        }
    }

    private static JsonNode Number(JsonElement value) => JsonNode.Parse(value.GetRawText())!;

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private JsonArray List(JsonElement schema, int count) => [.. Enumerable.Range(0, count).Select(_ => Sample(schema.GetProperty("items")))];

    private JsonObject Map(JsonElement schema, int count, int keyLength) => new(Enumerable.Range(0, count)
        .Select(i => KeyValuePair.Create($"{i}".PadLeft(keyLength, 'k'), Sample(schema.GetProperty("additionalProperties")))));

    /// <summary>Some value of the right type that keeps all bounds of its own.</summary>
    private JsonNode? Sample(JsonElement schema)
    {
        schema = _validator.Resolve(schema);
        JsonElement type = schema.GetProperty("type");
        return (type.ValueKind == JsonValueKind.Array ? type[0] : type).GetString() switch
        {
            "string" => "a",
            "integer" or "number" => 0,
            "array" => List(schema, 1),
            _ => new JsonObject(),
        };
    }
}

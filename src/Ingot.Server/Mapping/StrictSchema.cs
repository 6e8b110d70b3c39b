using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Server.Mapping;

/// <summary>
/// OpenAI's rules for schemas that are to be followed strictly: the whole is an object, and every object within says that it
/// has no further properties and requires all it declares.
/// </summary>
internal static class StrictSchema
{
    private static readonly string[] Single = ["items", "additionalItems", "contains", "not", "if", "then", "else"];
    private static readonly string[] Lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
    private static readonly string[] Maps = ["properties", "$defs", "definitions", "patternProperties"];

    /// <summary>Checks a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="owner">Whose it is, for the error.</param>
    /// <param name="param">The request's field.</param>
    public static void Check(JsonElement schema, string owner, string param)
    {
        if (!IsObject(schema) && !schema.TryGetProperty("$ref", out _))
            throw Refusal(owner, param, [], "schema must be of 'type': 'object'");
        Check(schema, owner, param, []);
    }

    private static void Check(JsonElement schema, string owner, string param, List<string> context)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        if (IsObject(schema))
            CheckObject(schema, owner, param, context);
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            context.Add(member.Name);
            if (Single.Contains(member.Name) || (Lists.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Array))
                Check(member.Value, owner, param, context);
            if ((Lists.Contains(member.Name) || member.Name == "items") && member.Value.ValueKind == JsonValueKind.Array)
                CheckAll(member.Value.EnumerateArray().Index().Select(item => ($"{item.Index}", item.Item)), owner, param, context);
            else if (Maps.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object)
                CheckAll(member.Value.EnumerateObject().Select(property => (property.Name, property.Value)), owner, param, context);
            context.RemoveAt(context.Count - 1);
        }
    }

    private static void CheckAll(IEnumerable<(string Name, JsonElement Schema)> schemas, string owner, string param, List<string> context)
    {
        foreach ((string name, JsonElement schema) in schemas)
        {
            context.Add(name);
            Check(schema, owner, param, context);
            context.RemoveAt(context.Count - 1);
        }
    }

    private static void CheckObject(JsonElement schema, string owner, string param, List<string> context)
    {
        if (!schema.TryGetProperty("additionalProperties", out JsonElement additional) || additional.ValueKind != JsonValueKind.False)
            throw Refusal(owner, param, context, "'additionalProperties' is required to be supplied and to be false");
        if (!schema.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object)
            return;
        HashSet<string?> required = schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString())]
            : [];
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if (!required.Contains(property.Name))
            {
                throw Refusal(owner, param, context,
                    $"'required' is required to be supplied and to be an array including every key in properties. Missing '{property.Name}'");
            }
        }
    }

    private static bool IsObject(JsonElement schema) => schema.TryGetProperty("type", out JsonElement type) && type.ValueKind switch
    {
        JsonValueKind.String => type.GetString() == "object",
        JsonValueKind.Array => type.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.GetString() == "object"),
        _ => false,
    };

    private static IngotException Refusal(string owner, string param, List<string> context, string rule)
    {
        string place = string.Join(", ", context.Select(name => $"'{name}'")) + (context.Count == 1 ? "," : "");
        return new IngotException(ErrorCode.InvalidValue, $"Invalid schema for {owner}: In context=({place}), {rule}.", param);
    }
}

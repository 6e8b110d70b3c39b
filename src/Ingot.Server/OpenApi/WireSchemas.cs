using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ingot.Protocol;
using Ingot.Protocol.Bounds;
using Ingot.Server.Bounds;

namespace Ingot.Server.OpenApi;

/// <summary>
/// JSON Schemas of the wire's types, made of the very rules that read and write them. Types with fields become components;
/// what is only read may be null or absent throughout, what is written is told exactly.
/// </summary>
/// <param name="comments">Where descriptions come from.</param>
/// <param name="bounds">States what values must be beyond their types.</param>
internal sealed class WireSchemas(WireComments comments, BoundSchemas bounds)
{
    /// <summary>The components used so far, by name.</summary>
    public JsonObject Components { get; } = [];

    /// <summary>The schema of a request's body.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="needed">The fields without which it is refused.</param>
    public JsonObject Request(Type type, IReadOnlyList<string> needed)
    {
        JsonObject schema = Of(type, isRead: true);
        if (needed.Count > 0)
            Components[NameOf(type, isRead: true)]!["required"] = new JsonArray([.. needed.Select(name => JsonValue.Create(name))]);
        return schema;
    }

    /// <summary>The schema of an answer's body or a stream's event.</summary>
    public JsonObject Response(Type type) => Of(type, isRead: false);

    /// <summary>The schema of a type: a component's reference where it has fields.</summary>
    internal JsonObject Of(Type type, bool isRead)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value, isRead);
        if (WireUnions.Find(type) is { } union)
            return union(this, isRead);

        JsonTypeInfo info = WireJson.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => Reference(info, isRead),
            JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = Of(info.ElementType!, isRead) },
            JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(info.ElementType!, isRead) },
            _ => Plain(type),
        };
    }

    /// <summary>A schema that null fits too.</summary>
    internal static JsonObject OrNull(JsonObject schema)
    {
        if (schema.Count == 0)
            return schema;
        if (schema["type"] is not JsonValue type)
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(type.DeepClone(), "null");
        if (schema["enum"] is JsonArray words)
            words.Add(null);
        return schema;
    }

    private JsonObject Reference(JsonTypeInfo info, bool isRead)
    {
        string name = NameOf(info.Type, isRead);
        if (!Components.ContainsKey(name))
        {
            Components[name] = null;
            Components[name] = Fields(info, isRead);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    // A type that is both read and written has two schemas: only what is read may say null for "not given".
    private static string NameOf(Type type, bool isRead) =>
        isRead && !type.Name.EndsWith("Request", StringComparison.Ordinal) ? $"{type.Name}Input" : type.Name;

    private JsonObject Fields(JsonTypeInfo info, bool isRead)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        bool open = false;
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (property.IsExtensionData)
            {
                open = true;
                continue;
            }

            bool nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || property.IsGetNullable;
            bool always = !nullable || IsAlwaysWritten(property);
            JsonObject schema = Of(property.PropertyType, isRead);
            if (!isRead && HoldsNulls(property) && schema.Remove("items", out JsonNode? items))
                schema["items"] = OrNull((JsonObject)items!);
            foreach (WireBoundAttribute bound in isRead ? WireRules.BoundsOf(property) : [])
                bounds.State(bound, schema);
            if (nullable && (isRead || always))
                schema = OrNull(schema);
            schema["description"] = comments.Of(property);
            properties[property.Name] = schema;
            if (always && !isRead)
                required.Add(property.Name);
        }

        var fields = new JsonObject { ["type"] = "object", ["description"] = comments.Of(info.Type), ["properties"] = properties };
        if (required.Count > 0)
            fields["required"] = required;
        if (isRead)
            fields["additionalProperties"] = open;
        return fields;
    }

    // The rules of JSON do not know which lists hold nulls; the compiler does.
    private static bool HoldsNulls(JsonPropertyInfo property) =>
        property.AttributeProvider is PropertyInfo member && new NullabilityInfoContext().Create(member).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }];

    private static bool IsAlwaysWritten(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
            .OfType<JsonIgnoreAttribute>().Any(attribute => attribute.Condition == JsonIgnoreCondition.Never) == true;

    private static JsonObject Plain(Type type)
    {
        if (type == typeof(JsonElement))
            return new JsonObject();
        if (type == typeof(string))
            return new JsonObject { ["type"] = "string" };
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int) || type == typeof(long))
            return new JsonObject { ["type"] = "integer", ["format"] = type == typeof(int) ? "int32" : "int64" };
        if (type == typeof(float) || type == typeof(double))
            return new JsonObject { ["type"] = "number", ["format"] = type == typeof(float) ? "float" : "double" };
        throw new NotSupportedException($"{type} needs a schema of its own in {nameof(WireUnions)}.");
    }
}

using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.SharedModels;

/// <summary>A JSON Schema. What is absent is not asked for.</summary>
public class PropertyDefinition
{
    /// <summary>The types of JSON values.</summary>
    public enum FunctionObjectTypes
    {
        /// <summary>Text.</summary>
        String,

        /// <summary>A whole number.</summary>
        Integer,

        /// <summary>Any number.</summary>
        Number,

        /// <summary>An object.</summary>
        Object,

        /// <summary>A list.</summary>
        Array,

        /// <summary>True or false.</summary>
        Boolean,

        /// <summary>Null.</summary>
        Null,
    }

    /// <summary>The value's type; default <c>object</c>. Null where <see cref="Ref"/> or <see cref="AnyOf"/> says it.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; set; } = "object";

    /// <summary>An object's properties.</summary>
    [JsonPropertyName("properties")]
    public IDictionary<string, PropertyDefinition>? Properties { get; set; }

    /// <summary>The properties an object must have.</summary>
    [JsonPropertyName("required")]
    public IList<string>? Required { get; set; }

    /// <summary>Whether an object may have others than <see cref="Properties"/>; default true.</summary>
    [JsonPropertyName("additionalProperties")]
    public bool? AdditionalProperties { get; set; }

    /// <summary>What the value means.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; set; }

    /// <summary>The values allowed.</summary>
    [JsonPropertyName("enum")]
    public IList<string>? Enum { get; set; }

    /// <summary>The fewest properties an object may have.</summary>
    [JsonPropertyName("minProperties")]
    public int? MinProperties { get; set; }

    /// <summary>The most properties an object may have.</summary>
    [JsonPropertyName("maxProperties")]
    public int? MaxProperties { get; set; }

    /// <summary>What a list holds.</summary>
    [JsonPropertyName("items")]
    public PropertyDefinition? Items { get; set; }

    /// <summary>Schemas that <see cref="Ref"/> can name.</summary>
    [JsonPropertyName("$defs")]
    public IDictionary<string, PropertyDefinition>? Defs { get; set; }

    /// <summary>As <see cref="Defs"/>, by its older name.</summary>
    [JsonPropertyName("definitions")]
    public IDictionary<string, PropertyDefinition>? Definitions { get; set; }

    /// <summary>Stands for another schema, such as <c>#/$defs/point</c>.</summary>
    [JsonPropertyName("$ref")]
    public string? Ref { get; set; }

    /// <summary>The value satisfies at least one of these.</summary>
    [JsonPropertyName("anyOf")]
    public IList<PropertyDefinition>? AnyOf { get; set; }

    /// <summary>A list.</summary>
    public static PropertyDefinition DefineArray(PropertyDefinition? arrayItems = null) =>
        new() { Type = "array", Items = arrayItems };

    /// <summary>One of several texts.</summary>
    public static PropertyDefinition DefineEnum(List<string> enumList, string? description = null) =>
        new() { Type = "string", Enum = enumList, Description = description };

    /// <summary>A whole number.</summary>
    public static PropertyDefinition DefineInteger(string? description = null) => Define("integer", description);

    /// <summary>Any number.</summary>
    public static PropertyDefinition DefineNumber(string? description = null) => Define("number", description);

    /// <summary>Text.</summary>
    public static PropertyDefinition DefineString(string? description = null) => Define("string", description);

    /// <summary>True or false.</summary>
    public static PropertyDefinition DefineBoolean(string? description = null) => Define("boolean", description);

    /// <summary>Null.</summary>
    public static PropertyDefinition DefineNull(string? description = null) => Define("null", description);

    /// <summary>An object.</summary>
    public static PropertyDefinition DefineObject(
        IDictionary<string, PropertyDefinition>? properties, IList<string>? required, bool? additionalProperties, string? description, IList<string>? @enum) =>
        new() { Type = "object", Properties = properties, Required = required, AdditionalProperties = additionalProperties, Description = description, Enum = @enum };

    /// <summary>A type's word in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the types.</exception>
    public static string ConvertTypeToString(FunctionObjectTypes type) => type switch
    {
        FunctionObjectTypes.String => "string",
        FunctionObjectTypes.Integer => "integer",
        FunctionObjectTypes.Number => "number",
        FunctionObjectTypes.Object => "object",
        FunctionObjectTypes.Array => "array",
        FunctionObjectTypes.Boolean => "boolean",
        FunctionObjectTypes.Null => "null",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "is no type of JSON"),
    };

    private static PropertyDefinition Define(string type, string? description) => new() { Type = type, Description = description };
}

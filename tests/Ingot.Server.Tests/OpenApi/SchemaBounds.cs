using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>The words of JSON Schema that bound a value of the right type.</summary>
internal static class SchemaBounds
{
    /// <summary>The first word that a value breaks; null when it keeps all.</summary>
    public static string? Broken(JsonElement schema, JsonElement value) => schema.EnumerateObject().FirstOrDefault(word => Breaks(word, value)) is { Value.ValueKind: not JsonValueKind.Undefined } broken
        ? broken.Name
        : null;

    private static bool Breaks(JsonProperty word, JsonElement value) => (word.Name, value.ValueKind) switch
    {
        ("enum", _) => !word.Value.EnumerateArray().Any(known => JsonElement.DeepEquals(known, value)),
        ("minimum", JsonValueKind.Number) => value.GetDouble() < word.Value.GetDouble(),
        ("exclusiveMinimum", JsonValueKind.Number) => value.GetDouble() <= word.Value.GetDouble(),
        ("maximum", JsonValueKind.Number) => value.GetDouble() > word.Value.GetDouble(),
        ("minItems", JsonValueKind.Array) => value.GetArrayLength() < word.Value.GetInt32(),
        ("maxItems", JsonValueKind.Array) => value.GetArrayLength() > word.Value.GetInt32(),
        ("maxProperties", JsonValueKind.Object) => value.EnumerateObject().Count() > word.Value.GetInt32(),
        ("propertyNames", JsonValueKind.Object) => value.EnumerateObject().Any(field => Length(field.Name) > word.Value.GetProperty("maxLength").GetInt32()),
        ("minLength", JsonValueKind.String) => Length(value.GetString()!) < word.Value.GetInt32(),
        ("maxLength", JsonValueKind.String) => Length(value.GetString()!) > word.Value.GetInt32(),
        ("pattern", JsonValueKind.String) => !Regex.IsMatch(value.GetString()!, word.Value.GetString()!.Replace("$", "\\z", StringComparison.Ordinal)),
        _ => false,
    };

    private static int Length(string text) => text.EnumerateRunes().Count();
}

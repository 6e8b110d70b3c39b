using System.Text.Json;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>The judge is judged: it must find what is wrong, or all it passes is worth nothing.</summary>
public sealed class SchemaValidatorTests
{
    private const string Schema = """
        {"type": "object", "required": ["a"], "properties": {
            "a": {"type": "integer"}, "b": {"type": ["string", "null"]}, "c": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
            "d": {"$ref": "#/parts/d"}, "e": {"type": "object", "additionalProperties": {"type": "boolean"}}, "f": {},
            "g": {"type": "number", "exclusiveMinimum": 0, "maximum": 2}, "h": {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^[a🙂]+$"},
            "i": {"type": "array", "minItems": 1, "maxItems": 2}, "j": {"type": ["string", "null"], "enum": ["x", null]},
            "k": {"type": "object", "maxProperties": 1, "propertyNames": {"maxLength": 1}, "additionalProperties": {"type": "integer", "minimum": 3}} }}
        """;

    [Theory]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a": 1, "b": null, "c": "x", "d": {"x": 1}, "e": {"p": true}, "f": {"any": [1]}}""")]
    [InlineData("""{"a": 1, "b": "x", "c": [1, 2.5]}""")]
    [InlineData("""{"a": 1, "g": 2, "h": "a🙂", "i": [1, 2], "j": null, "k": {"x": 3}}""")]
    public void What_fits_passes(string value) => Assert.Empty(Validate(value));

    [Theory]
    [InlineData("[]", "$ is Array")]
    [InlineData("{}", "$ lacks a")]
    [InlineData("""{"a": 1.5}""", "$.a is Number")]
    [InlineData("""{"a": null}""", "$.a is Null")]
    [InlineData("""{"a": 1, "b": 2}""", "$.b is Number")]
    [InlineData("""{"a": 1, "c": ["x"]}""", "$.c fits none")]
    [InlineData("""{"a": 1, "d": {}}""", "$.d lacks x")]
    [InlineData("""{"a": 1, "e": {"p": 1}}""", "$.e.p is Number")]
    [InlineData("""{"a": 1, "z": 1}""", "$.z is not in the document")]
    [InlineData("""{"a": 1, "g": 0}""", "$.g breaks exclusiveMinimum")]
    [InlineData("""{"a": 1, "g": 2.1}""", "$.g breaks maximum")]
    [InlineData("""{"a": 1, "h": ""}""", "$.h breaks minLength")]
    [InlineData("""{"a": 1, "h": "aaa"}""", "$.h breaks maxLength")]
    [InlineData("""{"a": 1, "h": "a\n"}""", "$.h breaks pattern")]
    [InlineData("""{"a": 1, "i": []}""", "$.i breaks minItems")]
    [InlineData("""{"a": 1, "i": [1, 2, 3]}""", "$.i breaks maxItems")]
    [InlineData("""{"a": 1, "j": "y"}""", "$.j breaks enum")]
    [InlineData("""{"a": 1, "k": {"x": 3, "y": 3}}""", "$.k breaks maxProperties")]
    [InlineData("""{"a": 1, "k": {"xx": 3}}""", "$.k breaks propertyNames")]
    [InlineData("""{"a": 1, "k": {"x": 2}}""", "$.k.x breaks minimum")]
    public void What_does_not_fit_is_found(string value, string mistake) =>
        Assert.StartsWith(mistake, Assert.Single(Validate(value)), StringComparison.Ordinal);

    private static List<string> Validate(string value)
    {
        JsonElement document = JsonDocument.Parse("""{"parts": {"d": {"type": "object", "required": ["x"], "properties": {"x": {}}}}}""").RootElement;
        return new SchemaValidator(document).Validate(JsonDocument.Parse(Schema).RootElement, JsonDocument.Parse(value).RootElement);
    }
}

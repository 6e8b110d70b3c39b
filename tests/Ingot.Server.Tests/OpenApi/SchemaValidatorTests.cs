using System.Text.Json;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>The judge is judged: it must find what is wrong, or all it passes is worth nothing.</summary>
public sealed class SchemaValidatorTests
{
    private const string Schema = """
        {"type": "object", "required": ["a"], "properties": {
            "a": {"type": "integer"}, "b": {"type": ["string", "null"]}, "c": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
            "d": {"$ref": "#/parts/d"}, "e": {"type": "object", "additionalProperties": {"type": "boolean"}}, "f": {} }}
        """;

    [Theory]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"a": 1, "b": null, "c": "x", "d": {"x": 1}, "e": {"p": true}, "f": {"any": [1]}}""")]
    [InlineData("""{"a": 1, "b": "x", "c": [1, 2.5]}""")]
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
    public void What_does_not_fit_is_found(string value, string mistake) =>
        Assert.StartsWith(mistake, Assert.Single(Validate(value)), StringComparison.Ordinal);

    private static List<string> Validate(string value)
    {
        JsonElement document = JsonDocument.Parse("""{"parts": {"d": {"type": "object", "required": ["x"], "properties": {"x": {}}}}}""").RootElement;
        return new SchemaValidator(document).Validate(JsonDocument.Parse(Schema).RootElement, JsonDocument.Parse(value).RootElement);
    }
}

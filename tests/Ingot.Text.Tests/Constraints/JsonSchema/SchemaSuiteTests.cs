using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.JsonSchema;

namespace Ingot.Text.Tests.Constraints.JsonSchema;

public sealed class SchemaSuiteTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_suite_has_at_least_five_hundred_instances_and_every_keyword()
    {
        Assert.True(SuiteCase.All.Sum(entry => entry.Valid.Count + entry.Invalid.Count) >= 1500);
        var text = string.Concat(SuiteCase.All.Select(entry => entry.Schema.GetRawText()));
        string[] keywords =
        [
            "type", "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties",
            "dependentRequired", "dependentSchemas", "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains",
            "maxContains", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anyOf",
            "oneOf", "allOf", "not", "if", "then", "else", "$ref", "$defs", "definitions", "$id", "$anchor", "unevaluatedProperties", "unevaluatedItems",
        ];
        Assert.All(keywords, keyword => Assert.Contains($"\"{keyword}\":", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Valid_instances_are_described_and_invalid_ones_are_not()
    {
        List<string> wrong = [];
        foreach (var entry in SuiteCase.All.Where(entry => entry.Refused is null))
        {
            try
            {
                var grammar = JsonSchemaGrammar.Compile(entry.Schema);
                wrong.AddRange(entry.Valid.Where(text => !GrammarOracle.Accepts(grammar, text)).Select(text => $"{entry.Name}: rejects {text}"));
                wrong.AddRange(entry.Invalid.Where(text => GrammarOracle.Accepts(grammar, text)).Select(text => $"{entry.Name}: accepts {text}"));
            }
            catch (IngotException refusal)
            {
                wrong.Add($"{entry.Name}: {refusal.Message}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Indented_instances_are_described_too()
    {
        List<string> wrong = [];
        foreach (var entry in SuiteCase.All.Where(entry => entry.Refused is null))
        {
            var grammar = JsonSchemaGrammar.Compile(entry.Schema);
            foreach (var text in entry.Valid.Where(text => text[0] is '{' or '['))
            {
                var indented = JsonSerializer.Serialize(JsonElement.Parse(text), Indented);
                if (!GrammarOracle.Accepts(grammar, indented))
                    wrong.Add($"{entry.Name}: rejects {indented}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void What_cannot_be_enforced_is_refused_by_its_place()
    {
        List<string> wrong = [];
        foreach (var entry in SuiteCase.All.Where(entry => entry.Refused is not null))
        {
            var failure = Record.Exception(() => JsonSchemaGrammar.Compile(entry.Schema));
            if (failure is not IngotException { Code: ErrorCode.InvalidValue or ErrorCode.UnsupportedValue } refusal || refusal.Param != entry.Refused)
                wrong.Add($"{entry.Name}: {failure?.Message ?? "not refused"} ({(failure as IngotException)?.Param})");
            else if (!refusal.Message.Contains($"'{entry.Refused}'", StringComparison.Ordinal))
                wrong.Add($"{entry.Name}: the message does not name the place: {refusal.Message}");
        }

        Assert.Empty(wrong);
    }
}

using System.Buffers;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema;

namespace Ingot.Service.Chat.Calls;

/// <summary>One argument of a function, for formats that write each by itself: text as it is, other values as JSON.</summary>
/// <param name="Key">Its name.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="IsText">Whether it is text.</param>
/// <param name="Value">What it may be: the text itself, or JSON.</param>
internal sealed record ParameterForm(string Key, bool IsRequired, bool IsText, Grammar Value)
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>\"=\n\r");

    // What these ask is done here, or is no rule.
    private static readonly string[] Known =
        ["type", "properties", "required", "additionalProperties", "title", "description", "$schema", "$id", "$comment", "$defs", "definitions", "default", "examples", "deprecated"];

    private static readonly Grammar AnyText = Grammar.Of(new Repeat(GrammarNode.AnyCharacter, 0, null));

    /// <summary>The arguments of a function; null where nothing is said of them.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.UnsupportedValue"/>: they must be enforced and cannot be.</exception>
    public static IReadOnlyList<ParameterForm>? Of(ToolDefinition tool)
    {
        if (tool.Parameters is not { ValueKind: JsonValueKind.Object } schema)
            return tool.IsStrict ? [] : null;
        if (tool.IsStrict && schema.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !Known.Contains(name)) is { } other)
            throw Refusal(tool, $"'#/{other}' cannot be enforced in the calls of this model");
        if (!schema.TryGetProperty("properties", out var properties))
            return IsClosed(schema) ? [] : null;
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        List<ParameterForm> forms = [];
        foreach (var property in properties.EnumerateObject())
        {
            if (property.Name.Length > 0 && property.Name.AsSpan().IndexOfAny(Forbidden) < 0)
                forms.Add(Of(tool, property, schema, required.Contains(property.Name)));
            else if (tool.IsStrict)
                throw Refusal(tool, $"the name of '#/properties/{property.Name}' cannot be written in the calls of this model");
        }

        return forms;
    }

    private static ParameterForm Of(ToolDefinition tool, JsonProperty property, JsonElement schema, bool isRequired)
    {
        try
        {
            var grammar = JsonSchemaGrammar.Compile(WithDefinitions(property.Value, schema));
            var text = TextOf(grammar.Rules[grammar.Root], grammar.Rules, 0);
            return new ParameterForm(property.Name, isRequired, text is not null, text is null ? grammar : With(grammar, text));
        }
        catch (IngotException refusal)
        {
            if (tool.IsStrict)
                throw Refusal(tool, $"at '#/properties/{property.Name}': {refusal.Message}");
            var isText = property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("type", out var type) && type.ValueEquals("string");
            return new ParameterForm(property.Name, isRequired, isText, isText ? AnyText : JsonSchemaGrammar.AnyValue());
        }
    }

    private static bool IsClosed(JsonElement schema) => schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False;

    private static JsonElement WithDefinitions(JsonElement property, JsonElement schema)
    {
        if (property.ValueKind != JsonValueKind.Object)
            return property;
        var members = schema.EnumerateObject().Where(member => member.Name is "$defs" or "definitions").Concat(property.EnumerateObject())
            .DistinctBy(member => member.Name).Select(member => $"\"{JsonEncodedText.Encode(member.Name)}\":{member.Value.GetRawText()}");
        return JsonElement.Parse($"{{{string.Join(',', members)}}}");
    }

    private static Grammar With(Grammar grammar, GrammarNode root) => new(new Dictionary<string, GrammarNode>(grammar.Rules) { [grammar.Root] = root }, grammar.Root);

    /// <summary>What the strings of a node hold; null where it may be anything but a string.</summary>
    private static GrammarNode? TextOf(GrammarNode node, IReadOnlyDictionary<string, GrammarNode> rules, int depth) => node switch
    {
        Literal { Text: ['"', .. var text, '"'] } when !text.AsSpan().ContainsAny('"', '\\') => new Literal(text),
        Sequence { Items: [Literal { Text: "\"" }, JsonStringContent content, Literal { Text: "\"" }] } => content.Item,
        Sequence { Items: [var only] } => TextOf(only, rules, depth),
        Choice { Options.Count: > 0 } choice when choice.Options.Select(option => TextOf(option, rules, depth)).ToList() is var texts && texts.TrueForAll(text => text is not null) =>
            new Choice([.. texts.OfType<GrammarNode>()]),
        RuleReference reference when depth < 8 => TextOf(rules[reference.Rule], rules, depth + 1),
        _ => null,
    };

    private static IngotException Refusal(ToolDefinition tool, string reason)
    {
        var field = tool.Field ?? $"tools[{tool.Name}].parameters";
        return new IngotException(ErrorCode.UnsupportedValue, $"Invalid schema for function '{tool.Name}' in '{field}': {reason}.", field);
    }
}

using System.Text.Json;
using Ingot.Text.Constraints.Grammars;
using Ingot.Text.Constraints.JsonSchema.Numbers;
using Ingot.Text.Constraints.JsonSchema.Schemas;

namespace Ingot.Text.Constraints.JsonSchema.Analysis;

/// <summary>
/// Whether a value that is known when a schema is compiled (of an <c>enum</c>, or a property's name) satisfies a schema.
/// </summary>
internal sealed class SchemaEvaluator(SchemaNodes nodes)
{
    private int _depth;

    public bool IsValid(SchemaNode node, JsonElement value)
    {
        nodes.Step(node.Pointer);
        if (++_depth > 4 * SchemaLimits.MaxDepth)
            throw SchemaRefusal.Unenforceable(node.Pointer, "it refers to itself without end");
        var isValid = Check(node, value);
        _depth--;
        return isValid;
    }

    /// <summary>Whether a property's name satisfies a schema.</summary>
    public bool IsValidName(SchemaNode node, string name) => IsValid(node, JsonElement.Parse($"\"{JsonEncodedText.Encode(name)}\""));

    /// <summary>Whether a text matches a regular node.</summary>
    public bool Matches(GrammarNode node, string text, string pointer) =>
        new RegularMatch(text, steps => nodes.Step(pointer, steps)).Matches(node);

    private bool Check(SchemaNode node, JsonElement value)
    {
        if (node.IsNever || (node.Kinds & KindOf(value)) == 0)
            return false;
        if (node.Values is { } values && !values.Any(allowed => JsonEquality.AreEqual(allowed, value)))
            return false;
        return CheckOwn(node, value) && CheckCombined(node, value);
    }

    private bool CheckOwn(SchemaNode node, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when node.Numbers is { } rules => ExactNumber.Parse(value.GetRawText()) is { } number
            && rules.Range.Contains(number) && (rules.MultipleOf is not { } unit || number.IsMultipleOf(unit)),
        JsonValueKind.String when node.Text is { } rules => CheckText(rules, value.GetString()!, node.Pointer),
        JsonValueKind.Array when node.Array is { } rules => CheckArray(rules, value, node.Pointer),
        JsonValueKind.Object when node.Object is { } rules => CheckObject(rules, value, node.Pointer),
        _ => true,
    };

    private bool CheckText(TextRules rules, string text, string pointer)
    {
        var length = text.EnumerateRunes().Count();
        return length >= rules.MinLength && !(length > rules.MaxLength)
            && rules.Required.All(pattern => Matches(pattern, text, pointer))
            && !rules.Forbidden.Any(pattern => Matches(pattern, text, pointer));
    }

    private bool CheckArray(ArrayRules rules, JsonElement array, string pointer)
    {
        if (rules.Unevaluated is not null)
            throw SchemaRefusal.Unenforceable($"{pointer}/unevaluatedItems", "it meets a list of allowed values");
        var items = array.EnumerateArray().ToList();
        if (items.Count < rules.MinItems || items.Count > rules.MaxItems)
            return false;
        if (rules.UniqueItems && items.Index().Any(item => items.Take(item.Index).Any(before => JsonEquality.AreEqual(before, item.Item))))
            return false;
        if (rules.Contains is { } contained)
        {
            var found = items.Count(item => IsValid(contained, item));
            if (found < rules.MinContains || found > rules.MaxContains)
                return false;
        }

        return items.Index().All(item =>
            (item.Index < rules.Prefix.Count ? rules.Prefix[item.Index] : rules.Items) is not { } schema || IsValid(schema, item.Item));
    }

    private bool CheckObject(ObjectRules rules, JsonElement value, string pointer)
    {
        if (rules.Unevaluated is not null)
            throw SchemaRefusal.Unenforceable($"{pointer}/unevaluatedProperties", "it meets a list of allowed values");
        var members = value.EnumerateObject().ToList();
        if (members.Count < rules.MinProperties || members.Count > rules.MaxProperties)
            return false;
        return rules.Required.All(name => members.Exists(member => member.Name == name))
            && members.TrueForAll(member => CheckMember(rules, member, pointer));
    }

    private bool CheckMember(ObjectRules rules, JsonProperty member, string pointer)
    {
        if (rules.Names is { } names && !IsValidName(names, member.Name))
            return false;
        var isDeclared = rules.Properties.TryGetValue(member.Name, out var declared);
        if (isDeclared && !IsValid(declared!, member.Value))
            return false;
        var matching = rules.Patterns.Where(pattern => Matches(pattern.Names, member.Name, pointer)).ToList();
        return matching.TrueForAll(pattern => IsValid(pattern.Schema, member.Value))
            && (isDeclared || matching.Count > 0 || rules.Additional is not { } additional || IsValid(additional, member.Value));
    }

    private bool CheckCombined(SchemaNode node, JsonElement value) =>
        (node.Reference is not { } reference || IsValid(reference.Value, value))
        && node.AllOf.TrueForAll(part => IsValid(part, value))
        && node.AnyOf.TrueForAll(group => group.Any(option => IsValid(option, value)))
        && node.OneOf.TrueForAll(group => group.Count(option => IsValid(option, value)) == 1)
        && !node.Not.Exists(part => IsValid(part, value))
        && (node.Conditional is not { } conditional || CheckConditional(conditional, value))
        && node.Dependents.TrueForAll(dependent =>
            value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(dependent.Key, out _) || IsValid(dependent.Value, value));

    private bool CheckConditional(Conditional conditional, JsonElement value) =>
        (IsValid(conditional.If, value) ? conditional.Then : conditional.Else) is not { } consequence || IsValid(consequence, value);

    public static JsonKinds KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonKinds.Null,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.Object => JsonKinds.Object,
        _ => ExactNumber.Parse(value.GetRawText()) is { IsInteger: false } ? JsonKinds.Fraction : JsonKinds.Integer,
    };
}

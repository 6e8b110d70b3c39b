using System.Text.Json.Nodes;
using Ingot.Protocol.Bounds;
using Ingot.Server.Bounds;

namespace Ingot.Server.OpenApi;

/// <summary>States bounds in JSON Schema's words: on the forms of a value that they speak of.</summary>
/// <param name="checks">What enforces them, and knows the limits.</param>
internal sealed class BoundSchemas(BoundChecks checks)
{
    /// <summary>Adds a bound to the schema of a field that has it.</summary>
    public void State(WireBoundAttribute bound, JsonObject schema)
    {
        foreach (JsonObject form in FormsOf(schema))
        {
            switch (bound)
            {
                case NumberRangeAttribute range:
                    State(range, form["additionalProperties"] as JsonObject ?? form);
                    break;
                case EntryCountAttribute count:
                    State(count, form);
                    break;
                case TextLengthAttribute length:
                    State(length, form);
                    break;
                case TextPatternAttribute pattern:
                    form["pattern"] = pattern.Expression;
                    break;
                case WordsAttribute words:
                    form["enum"] = new JsonArray([.. words.Words.Select(word => JsonValue.Create(word))]);
                    break;
            }
        }
    }

    private static IEnumerable<JsonObject> FormsOf(JsonObject schema) =>
        schema["anyOf"] is JsonArray forms ? forms.OfType<JsonObject>() : [schema];

    private void State(NumberRangeAttribute range, JsonObject number)
    {
        number[range.IsAbove ? "exclusiveMinimum" : "minimum"] = range.Least;
        if (double.IsFinite(checks.MostOf(range)))
            number["maximum"] = checks.MostOf(range);
    }

    // A list of token ids is one text, however many they are.
    private void State(EntryCountAttribute count, JsonObject form)
    {
        bool isMap = form["additionalProperties"] is JsonObject;
        if (!isMap && form["items"] is null)
            return;
        if (count.Least > 0)
            form[isMap ? "minProperties" : "minItems"] = count.Least;
        if (checks.MostOf(count) is { } most && form["items"]?["format"]?.GetValue<string>() != "int32")
            form[isMap ? "maxProperties" : "maxItems"] = most;
    }

    private static void State(TextLengthAttribute length, JsonObject form)
    {
        if (form["additionalProperties"] is JsonObject values)
        {
            if (length.MostOfKeys < int.MaxValue)
                form["propertyNames"] = new JsonObject { ["maxLength"] = length.MostOfKeys };
            form = values;
        }

        form = form["items"] as JsonObject ?? form;
        if (length.Least > 0)
            form["minLength"] = length.Least;
        if (length.Most < int.MaxValue)
            form["maxLength"] = length.Most;
    }
}

using System.Text.Json;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Equality of JSON values as JSON Schema means it: 1 is 1.0, and the order of members does not matter.</summary>
internal static class JsonEquality
{
    public static bool AreEqual(JsonElement first, JsonElement second)
    {
        if (first.ValueKind != second.ValueKind)
            return false;
        return first.ValueKind switch
        {
            JsonValueKind.Number => NumbersAreEqual(first.GetRawText(), second.GetRawText()),
            JsonValueKind.String => first.GetString() == second.GetString(),
            JsonValueKind.Array => first.GetArrayLength() == second.GetArrayLength()
                && first.EnumerateArray().Zip(second.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => Count(first) == Count(second)
                && first.EnumerateObject().All(member => second.TryGetProperty(member.Name, out var other) && AreEqual(member.Value, other)),
            _ => true,
        };
    }

    private static bool NumbersAreEqual(string first, string second) =>
        first == second || (ExactNumber.Parse(first) is { } one && one.Equals(ExactNumber.Parse(second)));

    private static int Count(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal).Count();
}

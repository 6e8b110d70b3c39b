using System.Text.Json;
using Ingot.Text.Constraints.JsonSchema.Numbers;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Reads the keywords of one schema, each in the type it must have.</summary>
/// <param name="element">The schema, an object.</param>
/// <param name="pointer">Where it stands.</param>
/// <param name="ignored">Keywords to leave alone.</param>
internal sealed class SchemaObject(JsonElement element, string pointer, IReadOnlySet<string> ignored)
{
    public JsonElement? Find(string keyword) =>
        element.TryGetProperty(keyword, out var value) && !ignored.Contains(keyword) ? value : null;

    public string PointerTo(string keyword) => $"{pointer}/{SchemaDocument.Escape(keyword)}";

    public string? Text(string keyword) => Find(keyword) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be a string"),
    };

    public bool? Boolean(string keyword) => Find(keyword)?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be true or false"),
    };

    /// <summary>A count, 0 or more.</summary>
    public int? Count(string keyword)
    {
        if (Number(keyword) is not { } number)
            return null;
        if (!number.IsInteger || number.Units.Sign < 0)
            throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be a whole number, 0 or more");
        return number.Units <= SchemaLimits.MaxCount
            ? (int)number.Units
            : throw SchemaRefusal.Unenforceable(PointerTo(keyword), $"nothing is counted beyond {SchemaLimits.MaxCount}");
    }

    public ExactNumber? Number(string keyword) => Find(keyword) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => ExactNumber.Parse(number.GetRawText())
            ?? throw SchemaRefusal.Unenforceable(PointerTo(keyword), "the number is too large"),
        _ => throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be a number"),
    };

    /// <summary>The items of an array and where they stand; null where the keyword is absent.</summary>
    public IReadOnlyList<(JsonElement Value, string Pointer)>? Items(string keyword)
    {
        if (Find(keyword) is not { } items)
            return null;
        if (items.ValueKind != JsonValueKind.Array)
            throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be an array");
        return [.. items.EnumerateArray().Select((item, index) => (item, $"{PointerTo(keyword)}/{index}"))];
    }

    /// <summary>The members of an object and where they stand; none where the keyword is absent.</summary>
    public IReadOnlyList<(string Name, JsonElement Value, string Pointer)> Members(string keyword)
    {
        if (Find(keyword) is not { } members)
            return [];
        if (members.ValueKind != JsonValueKind.Object)
            throw SchemaRefusal.Wrong(PointerTo(keyword), "it must be an object");
        return [.. members.EnumerateObject().Select(member => (member.Name, member.Value, $"{PointerTo(keyword)}/{SchemaDocument.Escape(member.Name)}"))];
    }

    /// <summary>The strings of an array; none where the keyword is absent.</summary>
    public IReadOnlyList<string> Texts(string keyword) => Find(keyword) is { } list ? TextsOf(list, PointerTo(keyword)) : [];

    public static IReadOnlyList<string> TextsOf(JsonElement list, string pointer)
    {
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw SchemaRefusal.Wrong(pointer, "it must be an array of strings");
        return [.. list.EnumerateArray().Select(item => item.GetString()!).Distinct(StringComparer.Ordinal)];
    }
}

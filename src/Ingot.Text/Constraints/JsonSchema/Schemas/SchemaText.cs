using System.Text.Json;

namespace Ingot.Text.Constraints.JsonSchema.Schemas;

/// <summary>Checks a schema's JSON once, before it is read: its size, its depth, and that all its text can be read.</summary>
internal static class SchemaText
{
    public static void Check(JsonElement schema)
    {
        var length = schema.ValueKind == JsonValueKind.Undefined ? 0 : schema.GetRawText().Length;
        if (length > SchemaLimits.MaxCharacters)
            throw SchemaRefusal.Wrong("", $"it has {length} characters; at most {SchemaLimits.MaxCharacters} are read");
        Check(schema, "", 0);
    }

    private static void Check(JsonElement element, string pointer, int depth)
    {
        if (depth > 2 * SchemaLimits.MaxDepth)
            throw SchemaRefusal.Wrong(pointer, $"it is nested deeper than {2 * SchemaLimits.MaxDepth}");
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                Read(element.GetString, pointer);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Check(item, $"{pointer}/{index}", depth + 1);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Check(member.Value, $"{pointer}/{SchemaDocument.Escape(Read(() => member.Name, pointer))}", depth + 1);
                break;
        }
    }

    private static string Read(Func<string?> text, string pointer)
    {
        try
        {
            return text()!;
        }
        catch (InvalidOperationException)
        {
            throw SchemaRefusal.Wrong(pointer, "a text holds half a surrogate pair");
        }
    }
}

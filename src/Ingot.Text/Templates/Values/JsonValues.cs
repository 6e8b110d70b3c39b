using System.Globalization;
using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Text.Templates.Values;

/// <summary>Makes values of JSON.</summary>
internal static class JsonValues
{
    private const int DeepestDocument = 128;

    public static TemplateValue Read(JsonElement element, bool trusted, int depth)
    {
        if (depth > DeepestDocument)
            throw new IngotException(ErrorCode.InvalidValue, $"A JSON value is nested deeper than {DeepestDocument} levels.");
        return element.ValueKind switch
        {
            JsonValueKind.String => ReadString(element.GetString()!, trusted),
            JsonValueKind.True => BooleanValue.True,
            JsonValueKind.False => BooleanValue.False,
            JsonValueKind.Number => ReadNumber(element),
            JsonValueKind.Array => ReadArray(element, trusted, depth),
            JsonValueKind.Object => ReadObject(element, trusted, depth),
            JsonValueKind.Null => TemplateValue.None,
            _ => TemplateValue.Undefined,
        };
    }

    private static StringValue ReadString(string text, bool trusted) =>
        trusted ? StringValue.Own(text) : StringValue.Outside(text);

    private static TemplateValue ReadNumber(JsonElement element)
    {
        if (element.TryGetInt64(out var integer))
            return new IntegerValue(integer);
        var text = element.GetRawText();
        return new FloatValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private static ListValue ReadArray(JsonElement element, bool trusted, int depth)
    {
        var items = new List<TemplateValue>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(Read(item, trusted, depth + 1));
        return new ListValue(items) { IsFrozen = true };
    }

    private static DictionaryValue ReadObject(JsonElement element, bool trusted, int depth)
    {
        var dictionary = new DictionaryValue();
        foreach (var member in element.EnumerateObject())
            dictionary.Entries[ReadString(member.Name, trusted)] = Read(member.Value, trusted, depth + 1);
        return dictionary.Freeze();
    }
}

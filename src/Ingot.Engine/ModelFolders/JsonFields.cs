using System.Text.Json;

namespace Ingot.Engine.ModelFolders;

/// <summary>
/// One JSON object read field by field. A field that is not as it must be adds a sentence with its full path to the shared list
/// and yields a stand-in value, so that one reading finds every mistake.
/// </summary>
internal sealed class JsonFields(JsonElement element, string path, List<string> mistakes)
{
    private const int LongestText = 1024;
    private const int LongestList = 1024;

    public JsonFields Object(string name)
    {
        JsonElement? value = Find(name);
        if (value is null)
            Report(name, "is missing");
        else if (value.Value.ValueKind is not JsonValueKind.Object)
            Report(name, "must be an object");
        return new JsonFields(value is { ValueKind: JsonValueKind.Object } found ? found : default, PathOf(name), mistakes);
    }

    /// <summary>An object of which every field has a default: absent is as good as empty.</summary>
    public JsonFields OptionalObject(string name) => Find(name) is null ? new JsonFields(default, PathOf(name), mistakes) : Object(name);

    public bool Has(string name) => Find(name) is not null;

    public int PositiveInteger(string name, int largest) => OptionalPositiveInteger(name, largest, required: true) ?? 1;

    public int? OptionalPositiveInteger(string name, int largest, bool required = false)
    {
        if (Find(name) is not { } value)
        {
            if (required)
                Report(name, "is missing: it must be a positive integer");
            return null;
        }
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0 && number <= largest)
            return number;
        Report(name, $"must be a positive integer up to {largest}");
        return null;
    }

    public int Integer(string name, int fallback, int smallest, int largest)
    {
        if (Find(name) is not { } value)
            return fallback;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out int number) && number >= smallest && number <= largest)
            return number;
        Report(name, smallest == largest ? $"must be {smallest}: nothing else is supported" : $"must be an integer from {smallest} to {largest}");
        return fallback;
    }

    public float Number(string name, float fallback, float smallest, float largest)
    {
        if (Find(name) is not { } value)
            return fallback;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetSingle(out float number) && number >= smallest && number <= largest)
            return number;
        Report(name, FormattableString.Invariant($"must be a number from {smallest} to {largest}"));
        return fallback;
    }

    public bool Boolean(string name, bool fallback)
    {
        JsonElement? value = Find(name);
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) })
            Report(name, "must be true or false");
        return value is null ? fallback : value.Value.ValueKind is JsonValueKind.True;
    }

    /// <param name="name">The field.</param>
    /// <param name="fallback">For an absent field; null when it must be there.</param>
    public string Text(string name, string? fallback)
    {
        if (Find(name) is not { } value)
        {
            if (fallback is null)
                Report(name, "is missing: it must be a text");
            return fallback ?? "";
        }
        if (value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestText } text)
            return text;
        Report(name, $"must be a text of 1 to {LongestText} characters");
        return fallback ?? "";
    }

    /// <summary>A text with exactly one %d, which stands for the layer.</summary>
    public string LayerName(string name, string fallback)
    {
        string text = Text(name, fallback);
        if (text.Split("%d").Length != 2 || text.Count(c => c == '%') != 1)
            Report(name, "must contain %d exactly once, for the layer");
        return text;
    }

    /// <summary>Token ids: one number or a list of them. Absent, null and negative mean none.</summary>
    public List<int> TokenIds(string name, int vocabularySize)
    {
        List<int> ids = [];
        if (Find(name) is not { } value)
            return ids;
        bool sound = value.ValueKind is JsonValueKind.Number
            ? AddTokenId(value, ids, vocabularySize)
            : value.ValueKind is JsonValueKind.Array && value.GetArrayLength() <= LongestList
                && value.EnumerateArray().All(item => AddTokenId(item, ids, vocabularySize));
        if (!sound)
            Report(name, $"must be a token id below {vocabularySize} or a list of them");
        return ids;
    }

    /// <summary>The names of the fields of the objects in a list, in order.</summary>
    public List<string> NamesInList(string name)
    {
        List<string> names = [];
        if (Find(name) is not { } value)
            return names;
        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() > LongestList
            || value.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.Object))
        {
            Report(name, "must be a list of objects");
            return names;
        }
        names.AddRange(value.EnumerateArray().SelectMany(item => item.EnumerateObject()).Select(field => field.Name));
        return names;
    }

    /// <summary>The objects that the fields of the objects in a list name, in order: <c>[{"cuda": {…}}]</c>.</summary>
    public List<(string Name, JsonFields Fields)> NamedObjectsInList(string name)
    {
        if (NamesInList(name).Count == 0)
            return [];
        return [.. Find(name)!.Value.EnumerateArray().SelectMany(item => item.EnumerateObject())
            .Select(field => (field.Name, new JsonFields(field.Value, $"{PathOf(name)}.{field.Name}", mistakes)))];
    }

    /// <summary>The fields that hold a text, a number or a truth value, as texts, in order.</summary>
    public List<KeyValuePair<string, string>> Scalars()
    {
        List<KeyValuePair<string, string>> scalars = [];
        if (element.ValueKind is not JsonValueKind.Object)
            return scalars;
        foreach (JsonProperty field in element.EnumerateObject().Take(LongestList))
        {
            string? text = field.Value.ValueKind switch
            {
                JsonValueKind.String => field.Value.GetString(),
                JsonValueKind.Number => field.Value.GetRawText(),
                JsonValueKind.True => "1",
                JsonValueKind.False => "0",
                _ => null,
            };
            if (text is { Length: <= LongestText } && field.Name.Length is > 0 and <= LongestText)
                scalars.Add(new(field.Name, text));
        }
        return scalars;
    }

    public void Report(string name, string rule) => mistakes.Add($"{PathOf(name)} {rule}");

    private static bool AddTokenId(JsonElement value, List<int> ids, int vocabularySize)
    {
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt32(out int id) || id >= vocabularySize)
            return false;
        if (id >= 0)
            ids.Add(id);
        return true;
    }

    /// <summary>Null when absent or null.</summary>
    private JsonElement? Find(string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";
}

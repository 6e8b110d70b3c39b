using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Compiler.Configs;

/// <summary>
/// Reads the fields of one JSON object and says, in one sentence with the file and the field's path, what is wrong
/// with the one that is wrong. <c>null</c> counts as absent, as Hugging Face's own readers have it.
/// </summary>
internal sealed class JsonFields
{
    private const long MaxBytes = 100_000_000;

    private readonly JsonElement _element;
    private readonly string _file;
    private readonly string _prefix;

    private JsonFields(JsonElement element, string file, string prefix)
    {
        _element = element;
        _file = file;
        _prefix = prefix;
    }

    /// <summary>Reads a file that must hold a JSON object.</summary>
    /// <param name="path">The file; must exist.</param>
    /// <param name="name">What messages call it; null: its name without its folder.</param>
    public static JsonFields Read(string path, string? name = null)
    {
        name ??= Path.GetFileName(path);
        var root = Parse(path, name);
        return root.ValueKind == JsonValueKind.Object ? new JsonFields(root, name, "")
            : throw new IngotException(ErrorCode.ModelInvalid, $"{name}: not a JSON object.");
    }

    /// <summary>Reads a file that must hold a list of JSON objects.</summary>
    /// <param name="path">The file; must exist.</param>
    public static IReadOnlyList<JsonFields> ReadList(string path)
    {
        var name = Path.GetFileName(path);
        var root = Parse(path, name);
        if (root.ValueKind != JsonValueKind.Array || root.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: not a list of JSON objects.");
        return [.. root.EnumerateArray().Select((item, index) => new JsonFields(item, name, $"[{index}]."))];
    }

    private static JsonElement Parse(string path, string name)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: the file is larger than {MaxBytes} bytes.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: not valid JSON (line {(exception.LineNumber ?? 0) + 1}).", inner: exception);
        }
    }

    /// <summary>No fields at all: what an optional file that is absent reads as.</summary>
    public static JsonFields Empty(string file) => new(JsonDocument.Parse("{}").RootElement, file, "");

    public bool Has(string name) => TryGet(name, out _);

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Mentions(string name) => _element.TryGetProperty(name, out _);

    /// <summary>A whole number in a range; <paramref name="fallback"/> when absent, refused when that is null.</summary>
    public int Integer(string name, int min, int max, int? fallback = null)
    {
        if (!TryGet(name, out var value)) return fallback ?? throw Missing(name);
        // 32.0 is a whole number too: some writers of these files keep everything as floating point.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && number >= min && number <= max && number == Math.Floor(number)) return (int)number;
        throw Wrong(name, value, $"must be a whole number from {min} to {max}");
    }

    /// <summary>A number in a range, both ends included.</summary>
    public double Number(string name, double min, double max, double? fallback = null)
    {
        if (!TryGet(name, out var value)) return fallback ?? throw Missing(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return number;
        throw Wrong(name, value, FormattableString.Invariant($"must be a number from {min} to {max}"));
    }

    public bool Boolean(string name, bool fallback) => !TryGet(name, out var value) ? fallback : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, value, "must be true or false"),
    };

    public string? Text(string name)
    {
        if (!TryGet(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, value, "must be a string");
    }

    /// <summary>A list of strings; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (!TryGet(name, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Wrong(name, value, "must be a list of strings");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>A list of whole numbers in a range; empty when absent.</summary>
    public IReadOnlyList<int> Integers(string name, int min, int max)
    {
        if (!TryGet(name, out var value)) return [];
        var numbers = new List<int>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(name, value, "must be a list"))
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var number) || number < min || number > max)
                throw Wrong(name, item, $"must have whole numbers from {min} to {max}");
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>A list of so many numbers in a range; refused when absent.</summary>
    public IReadOnlyList<double> Numbers(string name, int count, double min, double max)
    {
        if (!TryGet(name, out var value)) throw Missing(name);
        double[] numbers = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) ? number : double.NaN)]
            : [];
        return numbers.Length == count && numbers.All(number => number >= min && number <= max) ? numbers
            : throw Wrong(name, value, FormattableString.Invariant($"must be a list of {count} numbers from {min} to {max}"));
    }

    /// <summary>A token id or a list of them; null when absent.</summary>
    public IReadOnlyList<int>? TokenIds(string name, int vocabularySize)
    {
        if (!TryGet(name, out var value)) return null;
        IEnumerable<JsonElement> items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        var ids = new List<int>();
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var id) || id < 0 || id >= vocabularySize)
                throw Wrong(name, item, $"must be a token id below vocab_size ({vocabularySize}) or a list of those");
            ids.Add(id);
        }
        return ids.Count == 0 ? null : ids;
    }

    /// <summary>A nested object; null when absent.</summary>
    public JsonFields? Object(string name)
    {
        if (!TryGet(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Object ? new JsonFields(value, _file, $"{_prefix}{name}.") : throw Wrong(name, value, "must be an object");
    }

    public IngotException Missing(string name) =>
        new(ErrorCode.ModelInvalid, $"{_file}: {_prefix}{name} is missing.");

    public IngotException Invalid(string name, string trouble) =>
        new(ErrorCode.ModelInvalid, $"{_file}: {_prefix}{name} {trouble}.");

    public IngotException Unsupported(string name, string trouble) =>
        new(ErrorCode.ModelUnsupported, $"{_file}: {_prefix}{name} {trouble}.");

    private IngotException Wrong(string name, JsonElement value, string rule)
    {
        var text = value.GetRawText();
        return Invalid(name, $"is {(text.Length > 60 ? text[..60] + "..." : text)}, but {rule}");
    }

    private bool TryGet(string name, out JsonElement value) =>
        _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}

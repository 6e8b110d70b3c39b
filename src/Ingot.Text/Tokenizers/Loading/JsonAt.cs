using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Text.Tokenizers.Loading;

/// <summary>A JSON value that knows which file it is in and where, so that every refusal can say so.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Path">The value's place (<c>model.merges[3]</c>).</param>
/// <param name="Value">The value; undefined when it is absent.</param>
internal readonly record struct JsonAt(string File, string Path, JsonElement Value)
{
    /// <summary>Absent or null.</summary>
    public bool IsMissing => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>The value of a property; missing when this value has none of that name.</summary>
    public JsonAt this[string name]
    {
        get
        {
            if (Value.ValueKind != JsonValueKind.Object) throw Invalid("must be an object");
            var path = Path.Length == 0 ? name : $"{Path}.{name}";
            return new JsonAt(File, path, Value.TryGetProperty(name, out var property) ? property : default);
        }
    }

    public string Text()
    {
        if (Value.ValueKind != JsonValueKind.String) throw Invalid("must be a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{File}: {Path} is not valid Unicode text.", inner: e);
        }
    }

    public string? TextOrNull() => IsMissing ? null : Text();

    public bool Flag(bool absent) => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Undefined or JsonValueKind.Null => absent,
        _ => throw Invalid("must be true or false"),
    };

    public int Number(int least, int most) =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw Invalid($"must be a whole number from {least} to {most}");

    /// <summary>The members of an array; none when the value is missing.</summary>
    public IEnumerable<JsonAt> Items()
    {
        if (IsMissing) return [];
        return Value.ValueKind == JsonValueKind.Array ? Enumerate(this) : throw Invalid("must be an array");
    }

    public IngotException Invalid(string what) => new(ErrorCode.ModelInvalid, $"{File}: {Path} {what}.");

    public IngotException Unsupported(string what) => new(ErrorCode.ModelUnsupported, $"{File}: {Path} {what}.");

    private static IEnumerable<JsonAt> Enumerate(JsonAt array)
    {
        var index = 0;
        foreach (var item in array.Value.EnumerateArray())
            yield return new JsonAt(array.File, $"{array.Path}[{index++}]", item);
    }
}

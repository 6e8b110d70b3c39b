using System.Globalization;
using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Models.Catalog;

/// <summary>Typed access to one object of a catalog file; every refusal names file and field. JSON null counts as absent.</summary>
internal sealed class CatalogFields
{
    private readonly string _file;
    private readonly string _place;
    private readonly JsonElement _object;

    internal CatalogFields(string file, string place, JsonElement value)
    {
        (_file, _place, _object) = (file, place, value);
        if (value.ValueKind != JsonValueKind.Object)
            throw new IngotException(ErrorCode.InvalidValue, $"In the catalog file {file}, '{place}' should be an object.");
    }

    internal string? Text(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => Unicode(name, value),
        _ => throw Fault(name, "should be a string"),
    };

    internal bool? Flag(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        _ => throw Fault(name, "should be true or false"),
    };

    internal long? Long(string name) => Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) && number >= 0 => number,
        _ => throw Fault(name, "should be a whole number, 0 or more"),
    };

    internal int? Int(string name) => Long(name) switch
    {
        null => null,
        <= int.MaxValue and var number => (int)number,
        _ => throw Fault(name, "is too large"),
    };

    /// <summary>A version is a number in newer catalogs and text in the first ones.</summary>
    internal int? Version(string name) =>
        Get(name) is { ValueKind: JsonValueKind.String } value
            ? int.TryParse(Unicode(name, value), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Fault(name, "should be a whole number, 0 or more")
            : Int(name);

    internal CatalogFields? Object(string name) =>
        Get(name) is { } value ? new CatalogFields(_file, $"{_place}.{name}", value) : null;

    internal IEnumerable<CatalogFields> List(string name) => Get(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray().Select((item, index) => new CatalogFields(_file, $"{_place}.{name}[{index}]", item)),
        _ => throw Fault(name, "should be an array"),
    };

    internal IngotException Fault(string name, string what) =>
        new(ErrorCode.InvalidValue, $"In the catalog file {_file}, '{_place}.{name}' {what}.");

    // Half a surrogate pair, written as an escape, parses and fails when it is read.
    private string Unicode(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new IngotException(ErrorCode.InvalidValue, Fault(name, "is not Unicode text").Message, inner: exception);
        }
    }

    private JsonElement? Get(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

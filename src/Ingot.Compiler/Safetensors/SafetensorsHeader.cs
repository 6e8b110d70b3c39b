using System.Text.Json;
using Ingot.Errors;

namespace Ingot.Compiler.Safetensors;

/// <summary>
/// Reads the JSON that begins a safetensors file and believes none of it: every size and offset is checked against
/// the file's real length, and tensors may neither overlap nor leave gaps.
/// </summary>
internal static class SafetensorsHeader
{
    private const int MaxRank = 8;

    /// <param name="json">The header's bytes.</param>
    /// <param name="dataOffset">Where the data begins in the file; offsets in the header count from there.</param>
    /// <param name="dataLength">How many bytes of data the file really has.</param>
    /// <param name="file">The file's name, for messages.</param>
    public static Dictionary<string, SafetensorsEntry> Parse(ReadOnlyMemory<byte> json, long dataOffset, long dataLength, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Invalid(file, "its header is not a JSON object");
            var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__")) continue;
                if (!entries.TryAdd(property.Name, ParseEntry(property.Name, property.Value, dataOffset, dataLength, file)))
                    throw Invalid(file, $"tensor '{property.Name}' is described twice");
            }
            CheckCover(entries.Values, dataOffset, dataLength, file);
            return entries;
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{file}: its header is not valid JSON (byte {exception.BytePositionInLine ?? 0}).", inner: exception);
        }
    }

    private static SafetensorsEntry ParseEntry(string name, JsonElement value, long dataOffset, long dataLength, string file)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Invalid(file, $"the description of tensor '{name}' is not an object");
        var type = ParseDataType(name, value, file);
        var shape = ParseNumbers(name, value, "shape", MaxRank, file);
        var offsets = ParseNumbers(name, value, "data_offsets", 2, file);
        if (offsets.Count != 2 || offsets[0] > offsets[1])
            throw Invalid(file, $"tensor '{name}' has data_offsets that are not a beginning and an end");
        if (offsets[1] > dataLength)
            throw Invalid(file, $"tensor '{name}' ends at byte {offsets[1]} of the data, but the file has only {dataLength} (is it cut short?)");
        long count = 1;
        try
        {
            foreach (var dimension in shape) count = checked(count * dimension);
            if (checked(count * type.ElementSize()) != offsets[1] - offsets[0])
                throw Invalid(file, $"tensor '{name}' has {offsets[1] - offsets[0]} bytes of data, and its shape and dtype need {count * type.ElementSize()}");
        }
        catch (OverflowException)
        {
            throw Invalid(file, $"tensor '{name}' has a shape whose size overflows");
        }
        return new SafetensorsEntry(name, type, shape, dataOffset + offsets[0], count);
    }

    private static SafetensorsDataType ParseDataType(string name, JsonElement value, string file)
    {
        if (!value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String)
            throw Invalid(file, $"tensor '{name}' has no dtype");
        return type.GetString() switch
        {
            "F32" => SafetensorsDataType.Float32,
            "F16" => SafetensorsDataType.Float16,
            "BF16" => SafetensorsDataType.BFloat16,
            "U8" => SafetensorsDataType.UInt8,
            var other => throw new IngotException(ErrorCode.ModelUnsupported,
                $"{file}: tensor '{name}' has the data type {other}; the compiler reads F32, F16, BF16 and, of MXFP4 weights, U8."),
        };
    }

    private static List<long> ParseNumbers(string name, JsonElement value, string field, int maxCount, string file)
    {
        if (!value.TryGetProperty(field, out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > maxCount)
            throw Invalid(file, $"tensor '{name}' has no {field}, or one that is not a list of at most {maxCount} numbers");
        var numbers = new List<long>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0)
                throw Invalid(file, $"tensor '{name}' has a {field} with a value that is not a whole number of 0 or more");
            numbers.Add(number);
        }
        return numbers;
    }

    private static void CheckCover(IEnumerable<SafetensorsEntry> entries, long dataOffset, long dataLength, string file)
    {
        var end = dataOffset;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ElementCount))
        {
            if (entry.Offset < end) throw Invalid(file, $"tensor '{entry.Name}' overlaps the one before it");
            if (entry.Offset > end) throw Invalid(file, $"{entry.Offset - end} bytes before tensor '{entry.Name}' belong to no tensor");
            end = entry.Offset + (entry.ElementCount * entry.DataType.ElementSize());
        }
        if (end != dataOffset + dataLength)
            throw Invalid(file, $"{dataOffset + dataLength - end} bytes at its end belong to no tensor");
    }

    private static int ElementSize(this SafetensorsDataType type) => type switch { SafetensorsDataType.Float32 => 4, SafetensorsDataType.UInt8 => 1, _ => 2 };

    private static IngotException Invalid(string file, string trouble) => new(ErrorCode.ModelInvalid, $"{file}: {trouble}.");
}

using System.Text.Json;
using Ingot.Compiler.Safetensors;
using Ingot.Errors;

namespace Ingot.Compiler.Weights;

/// <summary>
/// The weights of a Hugging Face folder: <c>model.safetensors</c>, or the files that <c>model.safetensors.index.json</c>
/// names. Owns the open files.
/// </summary>
internal sealed class CheckpointWeights : IWeightSource
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const long MaxIndexBytes = 100_000_000;
    private const int MaxFiles = 4096;

    private readonly Dictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)> _tensors = new(StringComparer.Ordinal);

    private CheckpointWeights()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Opens every weight file of the folder and checks all headers.</summary>
    public static CheckpointWeights Open(string folder)
    {
        var weights = new CheckpointWeights();
        try
        {
            if (File.Exists(Path.Combine(folder, SingleName))) weights.AddFile(folder);
            else if (File.Exists(Path.Combine(folder, IndexName))) weights.AddIndexed(folder);
            else throw new IngotException(ErrorCode.ModelInvalid, $"{folder} has neither {SingleName} nor {IndexName}; weights in other formats are not read.");
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Require(string name, IReadOnlyList<long> shape, bool areBytes = false)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw new IngotException(ErrorCode.ModelInvalid, $"The weights have no tensor '{name}', which config.json calls for.");
        if (!tensor.Entry.Shape.SequenceEqual(shape))
        {
            throw new IngotException(ErrorCode.ModelInvalid,
                $"Tensor '{name}' has the shape [{string.Join(", ", tensor.Entry.Shape)}], and config.json calls for [{string.Join(", ", shape)}].");
        }
        if (tensor.Entry.DataType == SafetensorsDataType.UInt8 != areBytes)
            throw new IngotException(ErrorCode.ModelUnsupported, $"Tensor '{name}' holds {(areBytes ? "floats" : "bytes")} where {(areBytes ? "bytes" : "F32, F16 or BF16")} are needed.");
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<float> destination)
    {
        var (file, entry) = _tensors[name];
        file.Read(entry, first, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values) file.Dispose();
    }

    private void AddFile(string folder)
    {
        var file = OpenFile(folder, SingleName);
        foreach (var (name, entry) in file.Entries) _tensors.Add(name, (file, entry));
    }

    private void AddIndexed(string folder)
    {
        foreach (var (name, fileName) in ReadIndex(Path.Combine(folder, IndexName)))
        {
            var file = OpenFile(folder, fileName);
            if (!file.Entries.TryGetValue(name, out var entry))
                throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: weight_map places tensor '{name}' in {fileName}, which does not have it.");
            _tensors[name] = (file, entry);
        }
    }

    private SafetensorsFile OpenFile(string folder, string name)
    {
        if (_files.TryGetValue(name, out var known)) return known;
        if (_files.Count == MaxFiles)
            throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: weight_map names more than {MaxFiles} files.");
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: weight_map names {name}, which is not in the folder.");
        var file = SafetensorsFile.Open(path);
        _files.Add(name, file);
        return file;
    }

    private static List<(string Tensor, string File)> ReadIndex(string path)
    {
        if (new FileInfo(path).Length > MaxIndexBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: the file is larger than {MaxIndexBytes} bytes.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: weight_map is absent or not an object.");
            return [.. map.EnumerateObject().Select(pair => (pair.Name, CheckFileName(pair)))];
        }
        catch (JsonException exception)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: not valid JSON (line {(exception.LineNumber ?? 0) + 1}).", inner: exception);
        }
    }

    // Both separators are refused on every system, so that a folder means the same everywhere.
    private static string CheckFileName(JsonProperty pair)
    {
        var name = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny("/\\:\0") >= 0)
            throw new IngotException(ErrorCode.ModelInvalid, $"{IndexName}: weight_map['{pair.Name}'] is '{name}', which is not the name of a file in this folder.");
        return name;
    }
}

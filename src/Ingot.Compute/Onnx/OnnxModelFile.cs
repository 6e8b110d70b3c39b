using Google.Protobuf;
using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>
/// A model read from disk: its graph, and its constants found by name. Everything in the file is untrusted; whatever is
/// wrong with it becomes an <see cref="IngotException"/> naming the file and the tensor. Owns the files of weights:
/// tensors are valid until it is disposed.
/// </summary>
internal sealed class OnnxModelFile : IDisposable
{
    /// <summary>The largest graph file read, weights inside it included. Larger models keep their weights in external data.</summary>
    public const long MaxFileBytes = 1L << 30;

    // Graphs within graphs (If) nest four messages a level; decoder exports use one level.
    private const int MaxNesting = 64;

    private readonly TensorDataSource _data;
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<TensorProto, OnnxTensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, long> _opsets = new(StringComparer.Ordinal);

    private OnnxModelFile(string fileName, ModelProto model, TensorDataSource data)
    {
        FileName = fileName;
        Graph = model.Graph;
        Functions = model.Functions;
        _data = data;
        foreach (var opset in model.OpsetImport)
            _opsets[opset.Domain is "ai.onnx" ? "" : opset.Domain] = opset.Version;
        foreach (var tensor in Graph.Initializer)
        {
            if (tensor.Name.Length == 0)
                throw Invalid("has an initializer without a name");
            if (!_initializers.TryAdd(tensor.Name, tensor))
                throw Invalid($"has two initializers named '{ContainedPath.Printable(tensor.Name)}'");
        }
    }

    /// <summary>The file's name without its folder, as messages give it.</summary>
    public string FileName { get; }

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>Operators the file defines itself.</summary>
    public IReadOnlyList<FunctionProto> Functions { get; }

    /// <summary>Names of the initializers.</summary>
    public IReadOnlyCollection<string> InitializerNames => _initializers.Keys;

    /// <summary>Reads a graph file; its external data is opened when first asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="modelFolder">The folder that the file and its external data must be inside.</param>
    /// <exception cref="IngotException">ModelInvalid: missing, too large, damaged, or outside the folder.</exception>
    public static OnnxModelFile Read(string path, string modelFolder)
    {
        var fileName = Path.GetFileName(path);
        var info = new FileInfo(ContainedPath.Check(modelFolder, path, "The model"));
        if (!info.Exists)
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{fileName}' does not exist.");
        if (info.Length is 0 or > MaxFileBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{fileName}' has {info.Length} bytes; 1 to {MaxFileBytes} can be read.");

        var model = Parse(info.FullName, fileName);
        if (model.Graph is null)
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{fileName}' has no graph.");
        if (model.Graph.SparseInitializer.Count > 0)
            throw new IngotException(ErrorCode.ModelUnsupported, $"The model file '{fileName}' has sparse initializers, which are not supported.");

        var data = new TensorDataSource(fileName, modelFolder, Path.GetDirectoryName(Path.GetFullPath(path)) ?? modelFolder);
        try
        {
            return new OnnxModelFile(fileName, model, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The version of an operator set the model was written for; null when it imports none of that domain ("" is ONNX's own).</summary>
    public long? OpsetVersion(string domain) => _opsets.TryGetValue(domain, out var version) ? version : null;

    /// <summary>The initializer of that name; null when there is none.</summary>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: its shape, type or bytes are wrong.</exception>
    public OnnxTensor? FindInitializer(string name) =>
        _initializers.TryGetValue(name, out var tensor) ? Open(tensor) : null;

    /// <summary>The view of a tensor of this file: an initializer, or a constant inside a node.</summary>
    /// <exception cref="IngotException">ModelInvalid, ModelUnsupported: its shape, type or bytes are wrong.</exception>
    public OnnxTensor Open(TensorProto tensor)
    {
        if (!_tensors.TryGetValue(tensor, out var view))
            _tensors[tensor] = view = _data.Open(tensor);
        return view;
    }

    public void Dispose() => _data.Dispose();

    private static ModelProto Parse(string path, string fileName)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            using var coded = CodedInputStream.CreateWithLimits(stream, (int)MaxFileBytes, MaxNesting);
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(coded);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{fileName}' is damaged or not an ONNX model: {e.Message}", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"The model file '{fileName}' cannot be read: {e.Message}", inner: e);
        }
    }

    private IngotException Invalid(string what) => new(ErrorCode.ModelInvalid, $"The model file '{FileName}' {what}.");
}

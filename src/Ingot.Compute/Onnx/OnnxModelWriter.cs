using Google.Protobuf;

namespace Ingot.Compute.Onnx;

/// <summary>
/// Writes an ONNX model as onnxruntime-genai lays it out: the graph in <c>model.onnx</c>, the weights one after another
/// in <c>model.onnx.data</c>. Holds no weight: each is written by its owner straight into the file.
/// </summary>
internal sealed class OnnxModelWriter : IDisposable
{
    // Large tensors begin on a page of their own so that they can be mapped alone; small ones where vectors like to load.
    private const int PageAlignment = 4096;
    private const int VectorAlignment = 64;
    private const long LargeBytes = 1 << 20;
    private const int BufferBytes = 1 << 16;

    private readonly string _modelPath;
    private readonly string _dataName;
    private readonly FileStream _data;

    /// <param name="folder">An existing folder.</param>
    /// <param name="fileName">The graph's file name; the data file's is this and <c>.data</c>.</param>
    public OnnxModelWriter(string folder, string fileName = "model.onnx")
    {
        _modelPath = Path.Combine(folder, fileName);
        _dataName = fileName + ".data";
        _data = new FileStream(Path.Combine(folder, _dataName), FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
    }

    /// <summary>Appends one tensor's bytes to the data file and points the initializer at them.</summary>
    /// <param name="tensor">The initializer; name, type and dimensions are the caller's.</param>
    /// <param name="length">How many bytes it must have.</param>
    /// <param name="write">Writes exactly that many, little-endian, last dimension fastest.</param>
    public void WriteTensor(TensorProto tensor, long length, Action<Stream> write)
    {
        var alignment = length >= LargeBytes ? PageAlignment : VectorAlignment;
        Span<byte> padding = stackalloc byte[PageAlignment];
        padding.Clear();
        _data.Write(padding[..(int)(-_data.Position & (alignment - 1))]);
        var offset = _data.Position;
        write(_data);
        if (_data.Position - offset != length)
            throw new InvalidOperationException($"Tensor {tensor.Name} wrote {_data.Position - offset} bytes instead of {length}.");
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Clear();
        Describe(tensor, "location", _dataName);
        Describe(tensor, "offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Describe(tensor, "length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Makes sure that the weights are on the disk, then writes the graph the same way.</summary>
    public void WriteModel(ModelProto model)
    {
        _data.Flush(flushToDisk: true);
        using var file = new FileStream(_modelPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
        model.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();

    private static void Describe(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
}

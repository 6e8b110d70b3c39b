using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>
/// Finds the bytes of a tensor wherever its file keeps them (inside the proto as raw bytes or typed numbers, or in a file
/// beside it), checks them against type and shape, and holds them in place, or their file open, until disposed.
/// </summary>
internal sealed unsafe class TensorDataSource(string fileName, string modelFolder, string graphFolder) : IDisposable
{
    // More dimensions than any tensor of a language model; bounds the work on a hostile shape.
    private const int MaxRank = 16;

    private readonly Dictionary<string, WeightFile> _files = new(StringComparer.Ordinal);
    private readonly List<MemoryHandle> _pins = [];

    /// <summary>The view of a tensor, its bytes located and checked.</summary>
    public OnnxTensor Open(TensorProto tensor)
    {
        var type = (OnnxDataType)tensor.DataType;
        var bits = OnnxDataTypes.BitsOf(type);
        if (bits == 0)
            throw new IngotException(ErrorCode.ModelUnsupported, $"{Subject(tensor)} has the data type {OnnxDataTypes.NameOf(type)}, which is not supported.");

        var dims = tensor.Dims.ToArray();
        var count = CountOf(tensor, dims);
        if (count > (long.MaxValue / 64) - 64)
            throw Invalid(tensor, $"is too large: [{string.Join(", ", dims)}]");
        var byteLength = ((count * bits) + 7) / 8;

        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            var (file, offset) = LocateExternal(tensor, byteLength);
            return new OnnxTensor(tensor.Name, type, dims, count, file, offset, byteLength);
        }

        byte* data;
        if (byteLength == 0)
            data = null;
        else if (tensor.RawData.Length > 0)
            data = LocateRaw(tensor, byteLength);
        else
            data = LocateTyped(tensor, type, count, byteLength);
        return new OnnxTensor(tensor.Name, type, dims, count, data, byteLength);
    }

    public void Dispose()
    {
        foreach (var pin in _pins)
            pin.Dispose();
        foreach (var file in _files.Values)
            file.Dispose();
        _pins.Clear();
        _files.Clear();
    }

    private long CountOf(TensorProto tensor, long[] dims)
    {
        if (dims.Length > MaxRank)
            throw Invalid(tensor, $"has {dims.Length} dimensions; at most {MaxRank} are read");
        var count = 1L;
        foreach (var dim in dims)
        {
            if (dim < 0)
                throw Invalid(tensor, $"has a negative dimension: [{string.Join(", ", dims)}]");
            if (dim > 0 && count > long.MaxValue / dim)
                throw Invalid(tensor, $"is too large: [{string.Join(", ", dims)}]");
            count *= dim;
        }

        return count;
    }

    private byte* LocateRaw(TensorProto tensor, long byteLength)
    {
        if (tensor.RawData.Length != byteLength)
            throw WrongLength(tensor, tensor.RawData.Length, byteLength);
        return Pin(tensor.RawData.Memory);
    }

    private byte* LocateTyped(TensorProto tensor, OnnxDataType type, long count, long byteLength)
    {
        // 4-bit elements come as whole bytes, two elements in each.
        var stored = type is OnnxDataType.UInt4 or OnnxDataType.Int4 ? byteLength : count;
        var present = type switch
        {
            OnnxDataType.Float => tensor.FloatData.Count,
            OnnxDataType.Double => tensor.DoubleData.Count,
            OnnxDataType.Int64 => tensor.Int64Data.Count,
            OnnxDataType.UInt32 or OnnxDataType.UInt64 => tensor.Uint64Data.Count,
            _ => tensor.Int32Data.Count,
        };
        if (present != stored)
            throw Invalid(tensor, $"has {present} elements where its shape [{string.Join(", ", tensor.Dims)}] needs {stored}");

        return type switch
        {
            OnnxDataType.Float => Copy(tensor.FloatData, static v => v),
            OnnxDataType.Double => Copy(tensor.DoubleData, static v => v),
            OnnxDataType.Int64 => Copy(tensor.Int64Data, static v => v),
            OnnxDataType.UInt64 => Copy(tensor.Uint64Data, static v => v),
            OnnxDataType.UInt32 => Copy(tensor.Uint64Data, static v => (uint)v),
            OnnxDataType.Int32 => Copy(tensor.Int32Data, static v => v),
            OnnxDataType.UInt16 or OnnxDataType.Int16 or OnnxDataType.Float16 or OnnxDataType.BFloat16 => Copy(tensor.Int32Data, static v => (ushort)v),
            _ => Copy(tensor.Int32Data, static v => (byte)v),
        };
    }

    private (WeightFile File, long Offset) LocateExternal(TensorProto tensor, long byteLength)
    {
        string? location = null;
        long offset = 0;
        long? length = null;
        foreach (var entry in tensor.ExternalData)
        {
            if (entry.Key is "location")
                location = entry.Value;
            else if (entry.Key is "offset")
                offset = ParseSize(tensor, "offset", entry.Value);
            else if (entry.Key is "length")
                length = ParseSize(tensor, "length", entry.Value);
        }

        if (location is null)
            throw Invalid(tensor, "keeps its data in another file but does not name it");
        if (length is not null && length != byteLength)
            throw WrongLength(tensor, length.Value, byteLength);

        var path = ContainedPath.Resolve(modelFolder, graphFolder, location, Subject(tensor));
        if (!_files.TryGetValue(path, out var file))
            _files[path] = file = WeightFile.Open(path, Subject(tensor));
        if (offset > file.Length || byteLength > file.Length - offset)
            throw Invalid(tensor, $"needs bytes {offset} to {offset + byteLength} of '{Path.GetFileName(path)}', which has {file.Length}");
        return (file, offset);
    }

    private long ParseSize(TensorProto tensor, string key, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / 2
            ? number
            : throw Invalid(tensor, $"has an external data {key} that is not a size: '{ContainedPath.Printable(value)}'");

    private byte* Copy<TFrom, TTo>(IReadOnlyList<TFrom> source, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var bytes = new byte[checked(source.Count * sizeof(TTo))];
        var values = MemoryMarshal.Cast<byte, TTo>(bytes.AsSpan());
        for (var i = 0; i < values.Length; i++)
            values[i] = convert(source[i]);
        return Pin(bytes);
    }

    private byte* Pin(ReadOnlyMemory<byte> memory)
    {
        var handle = memory.Pin();
        _pins.Add(handle);
        return (byte*)handle.Pointer;
    }

    private string Subject(TensorProto tensor) => $"Tensor '{ContainedPath.Printable(tensor.Name)}' of {fileName}";

    private IngotException WrongLength(TensorProto tensor, long found, long needed) =>
        Invalid(tensor, $"has {found} bytes where its shape [{string.Join(", ", tensor.Dims)}] of {OnnxDataTypes.NameOf((OnnxDataType)tensor.DataType)} needs {needed}");

    private IngotException Invalid(TensorProto tensor, string what) => new(ErrorCode.ModelInvalid, $"{Subject(tensor)} {what}.");
}

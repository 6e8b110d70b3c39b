using System.Runtime.CompilerServices;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>A constant of a graph: its type, shape and bytes. Valid until the model file it came from is disposed.</summary>
internal sealed unsafe class OnnxTensor
{
    private readonly byte* _data;

    /// <summary>A constant in memory.</summary>
    internal OnnxTensor(string name, OnnxDataType dataType, long[] dims, long count, byte* data, long byteLength)
        : this(name, dataType, dims, count, byteLength) => _data = data;

    /// <summary>A constant in a file.</summary>
    internal OnnxTensor(string name, OnnxDataType dataType, long[] dims, long count, WeightFile file, long offset, long byteLength)
        : this(name, dataType, dims, count, byteLength) => (File, Offset) = (file, offset);

    private OnnxTensor(string name, OnnxDataType dataType, long[] dims, long count, long byteLength)
    {
        Name = name;
        DataType = dataType;
        Dims = dims;
        Count = count;
        ByteLength = byteLength;
    }

    /// <summary>Its name in the graph; may be empty for a constant inside a node.</summary>
    public string Name { get; }

    /// <summary>Type of one element.</summary>
    public OnnxDataType DataType { get; }

    /// <summary>Its shape; empty for a scalar. None is negative.</summary>
    public ReadOnlyMemory<long> Dims { get; }

    /// <summary>Elements: the product of <see cref="Dims"/>.</summary>
    public long Count { get; }

    /// <summary>Bytes of the elements; exactly what type and shape need.</summary>
    public long ByteLength { get; }

    /// <summary>The file that holds the elements, owned by the model file; null for elements in memory.</summary>
    public WeightFile? File { get; }

    /// <summary>Where in the file they begin.</summary>
    public long Offset { get; }

    /// <summary>The elements, row by row, little-endian, possibly not aligned, for whoever packs them.</summary>
    /// <param name="type">What they are taken for.</param>
    public SourceTensor View(ElementType type) => File is null ? new SourceTensor(_data, ByteLength, type) : new SourceTensor(File, Offset, ByteLength, type);

    /// <summary>Refuses a tensor that <see cref="ToFloats"/> cannot read, without reading it.</summary>
    /// <returns>How many elements there are.</returns>
    /// <exception cref="IngotException">ModelUnsupported: the elements are not real numbers.</exception>
    public int CountFloats()
    {
        var count = CheckedCount();
        return DataType is OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.Double ? count : throw WrongType("real numbers");
    }

    /// <summary>All elements as fp32, converted from any float type.</summary>
    /// <exception cref="IngotException">ModelUnsupported: the elements are not real numbers.</exception>
    public float[] ToFloats()
    {
        var result = new float[CountFloats()];
        CopyFloats(result);
        return result;
    }

    /// <summary>As <see cref="ToFloats"/>, into memory of the caller's.</summary>
    /// <param name="destination">Room for all elements.</param>
    /// <exception cref="IngotException">ModelInvalid: their file cannot be read. ModelUnsupported: the elements are not real numbers.</exception>
    public void CopyFloats(Span<float> destination)
    {
        var result = destination[..CountFloats()];
        if (DataType is OnnxDataType.Float)
        {
            fixed (float* target = result)
                View(ElementType.Float32).Read(0, (byte*)target, ByteLength);
            return;
        }

        using var desk = new SourceDesk();
        var data = Bring(desk);
        switch (DataType)
        {
            case OnnxDataType.Float16:
                for (var i = 0; i < result.Length; i++)
                    result[i] = (float)Read<Half>(data, i);
                break;
            case OnnxDataType.BFloat16:
                for (var i = 0; i < result.Length; i++)
                    result[i] = BitConverter.UInt32BitsToSingle((uint)Read<ushort>(data, i) << 16);
                break;
            default:
                for (var i = 0; i < result.Length; i++)
                    result[i] = (float)Read<double>(data, i);
                break;
        }
    }

    /// <summary>All elements as integers, converted from any integer type of 8 bits or more.</summary>
    /// <exception cref="IngotException">ModelInvalid: their file cannot be read. ModelUnsupported: the elements are not integers.</exception>
    public long[] ToIntegers()
    {
        var result = new long[CheckedCount()];
        using var desk = new SourceDesk();
        var data = Bring(desk);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = DataType switch
            {
                OnnxDataType.Int64 or OnnxDataType.UInt64 => Read<long>(data, i),
                OnnxDataType.Int32 => Read<int>(data, i),
                OnnxDataType.UInt32 => Read<uint>(data, i),
                OnnxDataType.Int16 => Read<short>(data, i),
                OnnxDataType.UInt16 => Read<ushort>(data, i),
                OnnxDataType.Int8 => Read<sbyte>(data, i),
                OnnxDataType.UInt8 or OnnxDataType.Bool => Read<byte>(data, i),
                _ => throw WrongType("integers"),
            };
        }

        return result;
    }

    /// <summary>The shape for messages: "[32, 64]".</summary>
    public string Shape => $"[{string.Join(", ", Dims.ToArray())}]";

    private static T Read<T>(byte* data, int index)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(data + ((long)index * sizeof(T)));

    private byte* Bring(SourceDesk desk) => View(ElementType.UInt8).Bring(desk, 0, ByteLength).Pointer;

    private int CheckedCount() => Count <= Array.MaxLength
        ? (int)Count
        : throw new IngotException(ErrorCode.ModelInvalid, $"Tensor '{Name}' is too large for its use: {Shape}.");

    private IngotException WrongType(string wanted) =>
        new(ErrorCode.ModelUnsupported, $"Tensor '{Name}' holds {OnnxDataTypes.NameOf(DataType)} where {wanted} are needed.");
}

using System.Runtime.CompilerServices;
using Ingot.Errors;

namespace Ingot.Compute.Onnx;

/// <summary>A constant of a graph: its type, shape and bytes. Valid until the model file it came from is disposed.</summary>
internal sealed unsafe class OnnxTensor
{
    internal OnnxTensor(string name, OnnxDataType dataType, long[] dims, long count, byte* data, long byteLength, bool isMapped = false)
    {
        IsMapped = isMapped;
        Name = name;
        DataType = dataType;
        Dims = dims;
        Count = count;
        Data = data;
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

    /// <summary>The elements, row by row, little-endian, possibly not aligned; owned by the model file.</summary>
    public byte* Data { get; }

    /// <summary>Bytes at <see cref="Data"/>; exactly what type and shape need.</summary>
    public long ByteLength { get; }

    /// <summary>Whether the bytes are those of a mapped file, which come and go by pages.</summary>
    public bool IsMapped { get; }

    /// <summary>The bytes from <paramref name="start"/> on, at most 2 GiB of them.</summary>
    public ReadOnlySpan<byte> Bytes(long start, long length)
    {
        if (start < 0 || length < 0 || start > ByteLength - length)
            throw new ArgumentOutOfRangeException(nameof(start));
        return new ReadOnlySpan<byte>(Data + start, checked((int)length));
    }

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
    public void CopyFloats(Span<float> destination)
    {
        var result = destination[..CountFloats()];
        switch (DataType)
        {
            case OnnxDataType.Float:
                fixed (float* target = result)
                    Buffer.MemoryCopy(Data, target, ByteLength, ByteLength);
                break;
            case OnnxDataType.Float16:
                for (var i = 0; i < result.Length; i++)
                    result[i] = (float)Read<Half>(i);
                break;
            case OnnxDataType.BFloat16:
                for (var i = 0; i < result.Length; i++)
                    result[i] = BitConverter.UInt32BitsToSingle((uint)Read<ushort>(i) << 16);
                break;
            default:
                for (var i = 0; i < result.Length; i++)
                    result[i] = (float)Read<double>(i);
                break;
        }
    }

    /// <summary>All elements as integers, converted from any integer type of 8 bits or more.</summary>
    /// <exception cref="IngotException">ModelUnsupported: the elements are not integers.</exception>
    public long[] ToIntegers()
    {
        var result = new long[CheckedCount()];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = DataType switch
            {
                OnnxDataType.Int64 or OnnxDataType.UInt64 => Read<long>(i),
                OnnxDataType.Int32 => Read<int>(i),
                OnnxDataType.UInt32 => Read<uint>(i),
                OnnxDataType.Int16 => Read<short>(i),
                OnnxDataType.UInt16 => Read<ushort>(i),
                OnnxDataType.Int8 => Read<sbyte>(i),
                OnnxDataType.UInt8 or OnnxDataType.Bool => Read<byte>(i),
                _ => throw WrongType("integers"),
            };
        }

        return result;
    }

    /// <summary>The shape for messages: "[32, 64]".</summary>
    public string Shape => $"[{string.Join(", ", Dims.ToArray())}]";

    private T Read<T>(int index)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(Data + ((long)index * sizeof(T)));

    private int CheckedCount() => Count <= Array.MaxLength
        ? (int)Count
        : throw new IngotException(ErrorCode.ModelInvalid, $"Tensor '{Name}' is too large for its use: {Shape}.");

    private IngotException WrongType(string wanted) =>
        new(ErrorCode.ModelUnsupported, $"Tensor '{Name}' holds {OnnxDataTypes.NameOf(DataType)} where {wanted} are needed.");
}

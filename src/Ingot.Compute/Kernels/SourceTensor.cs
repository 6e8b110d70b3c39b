using System.Runtime.CompilerServices;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Kernels;

/// <summary>A look at numbers that somebody else owns, in memory or in a file, read only while a matrix is packed.</summary>
public readonly unsafe struct SourceTensor
{
    private readonly WeightFile? _file;
    private readonly long _offset;

    /// <summary>Numbers in memory.</summary>
    /// <param name="pointer">The first byte; needs no alignment.</param>
    /// <param name="byteLength">How many bytes may be read, 0 or more.</param>
    /// <param name="type">What the bytes mean.</param>
    public SourceTensor(void* pointer, long byteLength, ElementType type)
    {
        Pointer = (byte*)pointer;
        ByteLength = byteLength;
        Type = type;
    }

    /// <summary>Numbers in a file.</summary>
    internal SourceTensor(WeightFile file, long offset, long byteLength, ElementType type)
        : this(null, byteLength, type)
    {
        _file = file;
        _offset = offset;
    }

    /// <summary>The first byte; null for numbers in a file.</summary>
    public byte* Pointer { get; }

    /// <summary>How many bytes may be read.</summary>
    public long ByteLength { get; }

    /// <summary>What the bytes mean.</summary>
    public ElementType Type { get; }

    /// <summary>How many elements there are.</summary>
    public long Length => ByteLength / ElementBytes;

    /// <summary>Bytes of an element.</summary>
    internal int ElementBytes => Type switch
    {
        ElementType.Float32 => 4,
        ElementType.UInt8 => 1,
        _ => 2,
    };

    /// <summary>Whether they have to be read before they can be looked at.</summary>
    internal bool IsInFile => _file is not null;

    /// <summary>Element <paramref name="index"/> as a float; exact for every type. Not range-checked.</summary>
    /// <param name="index">0 to <see cref="Length"/> − 1.</param>
    internal float this[long index] => Type switch
    {
        ElementType.Float32 => Unsafe.ReadUnaligned<float>(Pointer + (index * 4)),
        ElementType.Float16 => (float)Unsafe.ReadUnaligned<Half>(Pointer + (index * 2)),
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(Pointer + (index * 2)) << 16),
        _ => Pointer[index],
    };

    /// <summary>Some of the numbers.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many.</param>
    internal SourceTensor Slice(long first, long count)
    {
        long from = first * ElementBytes, bytes = count * ElementBytes;
        return _file is null ? new SourceTensor(Pointer + from, bytes, Type) : new SourceTensor(_file, _offset + from, bytes, Type);
    }

    /// <summary>
    /// The same numbers in memory, of which only some may be looked at, by the indices they have here: those of a file are read, those in memory stay where they are.
    /// </summary>
    /// <param name="desk">Where they are put; they are gone when it is cleared.</param>
    /// <param name="fromByte">The first byte that may be looked at.</param>
    /// <param name="toByte">The first one after those.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: the file ends before, or cannot be read. InsufficientMemory.</exception>
    internal SourceTensor Bring(SourceDesk desk, long fromByte, long toByte)
    {
        if (_file is null)
            return this;
        byte* room = desk.Claim(toByte - fromByte);
        Read(fromByte, room, toByte - fromByte);
        return new SourceTensor(room - fromByte, ByteLength, Type);
    }

    /// <summary>Copies bytes.</summary>
    /// <param name="fromByte">The first one.</param>
    /// <param name="destination">Room for them.</param>
    /// <param name="byteCount">How many.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: the file ends before, or cannot be read.</exception>
    internal void Read(long fromByte, byte* destination, long byteCount)
    {
        if (_file is null)
            Buffer.MemoryCopy(Pointer + fromByte, destination, byteCount, byteCount);
        else
            _file.Read(_offset + fromByte, destination, byteCount);
    }
}

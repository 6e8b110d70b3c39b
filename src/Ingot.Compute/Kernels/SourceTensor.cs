using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>A look at numbers somebody else owns (a memory-mapped file), read only while a matrix is packed.</summary>
/// <param name="pointer">The first byte; needs no alignment.</param>
/// <param name="byteLength">How many bytes may be read, 0 or more.</param>
/// <param name="type">What the bytes mean.</param>
public readonly unsafe struct SourceTensor(void* pointer, long byteLength, ElementType type)
{
    /// <summary>The first byte.</summary>
    public byte* Pointer { get; } = (byte*)pointer;

    /// <summary>How many bytes may be read.</summary>
    public long ByteLength { get; } = byteLength;

    /// <summary>What the bytes mean.</summary>
    public ElementType Type { get; } = type;

    /// <summary>How many elements there are.</summary>
    public long Length => Type switch
    {
        ElementType.Float32 => ByteLength / 4,
        ElementType.UInt8 => ByteLength,
        _ => ByteLength / 2,
    };

    /// <summary>Element <paramref name="index"/> as a float; exact for every type. Not range-checked.</summary>
    /// <param name="index">0 to <see cref="Length"/> − 1.</param>
    internal float this[long index] => Type switch
    {
        ElementType.Float32 => Unsafe.ReadUnaligned<float>(Pointer + (index * 4)),
        ElementType.Float16 => (float)Unsafe.ReadUnaligned<Half>(Pointer + (index * 2)),
        ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)Unsafe.ReadUnaligned<ushort>(Pointer + (index * 2)) << 16),
        _ => Pointer[index],
    };
}

using System.Buffers.Binary;

namespace Ingot.Models.Download;

/// <summary>The 64-bit check sum blob storage keeps of its files (CRC-64/NVME, least significant byte first).</summary>
internal sealed class Crc64
{
    /// <summary>Bytes of a check sum.</summary>
    internal const int SizeInBytes = 8;

    private const ulong Polynomial = 0x9A6C9329AC4BC9B5;

    private static readonly ulong[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    private ulong _state = ulong.MaxValue;

    /// <summary>Adds content.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var state = _state;
        foreach (var value in bytes)
            state = Table[(byte)state ^ value] ^ (state >> 8);
        _state = state;
    }

    /// <summary>The check sum of all content so far.</summary>
    internal byte[] Current()
    {
        var bytes = new byte[SizeInBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ~_state);
        return bytes;
    }

    private static ulong Entry(int index)
    {
        var value = (ulong)index;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 0 ? value >> 1 : Polynomial ^ (value >> 1);
        return value;
    }
}

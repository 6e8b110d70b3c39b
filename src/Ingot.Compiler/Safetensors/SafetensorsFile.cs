using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ingot.Errors;
using Microsoft.Win32.SafeHandles;

namespace Ingot.Compiler.Safetensors;

/// <summary>
/// One open safetensors file. Tensors are read a stretch at a time with positioned reads, so a tensor larger than
/// memory costs no more than the caller's buffer. Safe to read from several threads.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;
    private const long MaxHeaderBytes = 100_000_000;
    private const int ChunkElements = 1 << 18;

    private readonly SafeFileHandle _handle;
    private readonly string _name;

    private SafetensorsFile(SafeFileHandle handle, string name, Dictionary<string, SafetensorsEntry> entries)
    {
        _handle = handle;
        _name = name;
        Entries = entries;
    }

    /// <summary>Every tensor in the file by its name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>Opens the file and checks its whole header.</summary>
    public static SafetensorsFile Open(string path)
    {
        var name = Path.GetFileName(path);
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: the file cannot be opened ({exception.Message}).", inner: exception);
        }
        try
        {
            return new SafetensorsFile(handle, name, ReadHeader(handle, name));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads elements of one tensor, in the order they are stored, as single precision.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="first">The first element wanted.</param>
    /// <param name="destination">Receives as many elements as it has room for; they must exist.</param>
    public void Read(SafetensorsEntry entry, long first, Span<float> destination)
    {
        if (entry.DataType == SafetensorsDataType.Float32)
        {
            ReadBytes(entry.Offset + (first * sizeof(float)), MemoryMarshal.AsBytes(destination));
            return;
        }
        if (entry.DataType == SafetensorsDataType.UInt8)
        {
            ReadCodes(entry.Offset + first, destination);
            return;
        }
        var rented = ArrayPool<ushort>.Shared.Rent(Math.Min(destination.Length, ChunkElements));
        try
        {
            while (!destination.IsEmpty)
            {
                var halves = rented.AsSpan(0, Math.Min(destination.Length, Math.Min(rented.Length, ChunkElements)));
                ReadBytes(entry.Offset + (first * sizeof(ushort)), MemoryMarshal.AsBytes(halves));
                Widen(halves, entry.DataType, destination);
                first += halves.Length;
                destination = destination[halves.Length..];
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static Dictionary<string, SafetensorsEntry> ReadHeader(SafeFileHandle handle, string name)
    {
        var length = RandomAccess.GetLength(handle);
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (length < LengthBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: the file has {length} bytes, too few for a safetensors header.");
        ReadFully(handle, name, 0, prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > MaxHeaderBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: its header claims {headerLength} bytes, and at most {MaxHeaderBytes} are read; this is no safetensors file.");
        if ((long)headerLength > length - LengthBytes)
            throw new IngotException(ErrorCode.ModelInvalid, $"{name}: its header claims {headerLength} bytes, but the file has only {length} (is it cut short?).");
        var json = new byte[headerLength];
        ReadFully(handle, name, LengthBytes, json);
        var dataOffset = LengthBytes + (long)headerLength;
        return SafetensorsHeader.Parse(json, dataOffset, length - dataOffset, name);
    }

    private void ReadCodes(long offset, Span<float> destination)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Min(destination.Length, ChunkElements));
        try
        {
            while (!destination.IsEmpty)
            {
                var codes = rented.AsSpan(0, Math.Min(destination.Length, rented.Length));
                ReadBytes(offset, codes);
                for (var i = 0; i < codes.Length; i++) destination[i] = codes[i];
                offset += codes.Length;
                destination = destination[codes.Length..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Widen(ReadOnlySpan<ushort> halves, SafetensorsDataType type, Span<float> destination)
    {
        if (type == SafetensorsDataType.BFloat16)
        {
            for (var i = 0; i < halves.Length; i++) destination[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
            return;
        }
        for (var i = 0; i < halves.Length; i++) destination[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
    }

    private void ReadBytes(long offset, Span<byte> destination) => ReadFully(_handle, _name, offset, destination);

    private static void ReadFully(SafeFileHandle handle, string name, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0) throw new IngotException(ErrorCode.ModelInvalid, $"{name}: the file ended at byte {offset} while it was read.");
            destination = destination[read..];
            offset += read;
        }
    }
}

using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.OnnxRuntime;

/// <summary>
/// Memory that tensors lie in, filled with zeros; the system gives it page by page when it is first written. Tensors over it must not be
/// used after it is disposed. Not thread-safe.
/// </summary>
public sealed unsafe class OrtBuffer : IDisposable
{
    private byte* _start;

    /// <summary>Claims memory.</summary>
    /// <param name="byteLength">How much, at least 1.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InsufficientMemory"/>.</exception>
    public OrtBuffer(long byteLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(byteLength, 1);
        try
        {
            _start = (byte*)NativeMemory.AllocZeroed(checked((nuint)byteLength));
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            throw new IngotException(ErrorCode.InsufficientMemory, $"There is no room for {byteLength} bytes of a model's memory.", inner: exception);
        }

        ByteLength = byteLength;
    }

    /// <summary>Frees what nobody has disposed.</summary>
    ~OrtBuffer() => Free();

    /// <summary>How much there is.</summary>
    public long ByteLength { get; }

    /// <summary>A part of it, as numbers.</summary>
    /// <param name="byteOffset">Where it begins, a multiple of the element's size.</param>
    /// <param name="count">How many numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not all of it is inside.</exception>
    public Span<T> Slice<T>(long byteOffset, int count)
        where T : unmanaged
    {
        CheckRange(byteOffset, (long)count * sizeof(T));
        return new Span<T>(_start + byteOffset, count);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    internal byte* At(long byteOffset, long length)
    {
        CheckRange(byteOffset, length);
        return _start + byteOffset;
    }

    private void CheckRange(long byteOffset, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (byteOffset < 0 || length < 0 || byteOffset > ByteLength - length)
            throw new ArgumentOutOfRangeException(nameof(byteOffset), $"Bytes {byteOffset} to {byteOffset + length} are not all inside {ByteLength}.");
    }

    private void Free()
    {
        NativeMemory.Free(_start);
        _start = null;
    }
}

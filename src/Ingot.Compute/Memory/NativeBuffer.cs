using System.Runtime.InteropServices;
using Ingot.Errors;

namespace Ingot.Compute.Memory;

/// <summary>
/// Zeroed memory outside the managed heap, aligned to 64 bytes; from 2 MB on aligned to 2 MB and advised to be backed by huge pages,
/// which are claimed from the system as they are first touched.
/// Owned by its creator, who disposes it; pointers into it are dead afterwards. Not thread-safe to dispose while in use.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const long HugeFrom = HugePages.PageBytes;

    private readonly nuint _fresh;
    private void* _block;

    /// <summary>Claims the memory.</summary>
    /// <param name="length">How many elements, 0 or more; at least one cache line is claimed.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InsufficientMemory"/>: the system has no such amount, or the size is not representable.</exception>
    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        try
        {
            long byteCount = Math.Max(64, checked(length * sizeof(T)));
            bool huge = byteCount >= HugeFrom;
            long alignment = huge ? HugePages.PageBytes : 64;
            nuint rounded = checked((nuint)((byteCount + alignment - 1) / alignment * alignment));

            // Cleared by the system page by page as they are first touched: a large store costs only what is used of it.
            nuint claimed = checked(rounded + (nuint)alignment);
            _fresh = huge && FreshPages.IsSupported ? claimed : 0;
            _block = _fresh > 0 ? FreshPages.Claim(claimed) : NativeMemory.AllocZeroed(claimed);
            if (_block == null) throw Refusal(length, inner: null);
            Pointer = (T*)(((nuint)_block + (nuint)alignment - 1) / (nuint)alignment * (nuint)alignment);
            if (huge) HugePages.Advise(Pointer, rounded);
            ByteLength = (long)rounded;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            throw Refusal(length, exception);
        }
    }

    /// <summary>Frees the memory of a buffer nobody disposed.</summary>
    ~NativeBuffer() => Free();

    /// <summary>The first element; null once disposed.</summary>
    public T* Pointer { get; private set; }

    /// <summary>How many elements were asked for.</summary>
    public long Length { get; }

    /// <summary>How many bytes are claimed, rounded up.</summary>
    public long ByteLength { get; }

    /// <summary>The elements, of which a span can show at most <see cref="int.MaxValue"/>.</summary>
    /// <exception cref="OverflowException">The buffer is longer than a span can be.</exception>
    public Span<T> Span => new(Pointer, checked((int)Length));

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static IngotException Refusal(long length, Exception? inner) =>
        new(ErrorCode.InsufficientMemory, $"There is not enough memory for a buffer of {length} elements of {sizeof(T)} bytes.", inner: inner);

    private void Free()
    {
        if (Pointer == null) return;
        if (_fresh > 0) FreshPages.Release(_block, _fresh);
        else NativeMemory.Free(_block);
        _block = null;
        Pointer = null;
    }
}

namespace Ingot.Compute.Memory;

/// <summary>
/// Zeroed memory handed out piece by piece from a few large buffers: pieces too small for huge pages of their own share them.
/// Pieces live until the arena is disposed, by its owner. Not thread-safe.
/// </summary>
public sealed unsafe class NativeArena : IDisposable
{
    // What is never touched of the last one costs only addresses.
    private const long SharedBytes = 32L * 1024 * 1024;

    private const long Alignment = 64;

    private readonly List<NativeBuffer<byte>> _buffers = [];
    private NativeBuffer<byte>? _shared;
    private long _taken;

    /// <summary>Hands out a piece, aligned to 64 bytes.</summary>
    /// <param name="byteCount">How many bytes, at least 0.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public byte* Claim(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        if (byteCount > SharedBytes / 2) return Add(byteCount).Pointer;
        if (_shared is null || byteCount > SharedBytes - _taken)
        {
            _shared = Add(SharedBytes);
            _taken = 0;
        }

        byte* piece = _shared.Pointer + _taken;
        _taken += (byteCount + Alignment - 1) / Alignment * Alignment;
        return piece;
    }

    /// <summary>Gives all pieces' memory back.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer<byte> buffer in _buffers) buffer.Dispose();
        _buffers.Clear();
        _shared = null;
    }

    private NativeBuffer<byte> Add(long byteCount)
    {
        var buffer = new NativeBuffer<byte>(byteCount);
        _buffers.Add(buffer);
        return buffer;
    }
}

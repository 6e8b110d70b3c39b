namespace Ingot.Compute.Memory;

/// <summary>
/// Room of one thread's for what it has read from a file and packs at once, used again and again: little enough to stay in the processor's nearer caches.
/// Owned by whoever deals out the work. Not thread-safe.
/// </summary>
internal sealed unsafe class SourceDesk : IDisposable
{
    /// <summary>Bytes that are best read at once, half of a small second-level cache.</summary>
    public const long Stretch = 256 * 1024;

    private readonly List<NativeBuffer<byte>> _rooms = [];
    private int _taken;

    /// <summary>Takes everything off: what was claimed is free again.</summary>
    public void Clear() => _taken = 0;

    /// <summary>Room that is the caller's until all is taken off; what it holds is left from before.</summary>
    /// <param name="byteCount">How many bytes, at least 0.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public byte* Claim(long byteCount)
    {
        // By their order, for the claims of one piece after the other are alike.
        if (_taken == _rooms.Count)
            _rooms.Add(new NativeBuffer<byte>(byteCount));
        if (_rooms[_taken].ByteLength < byteCount)
        {
            _rooms[_taken].Dispose();
            _rooms[_taken] = new NativeBuffer<byte>(byteCount);
        }

        return _rooms[_taken++].Pointer;
    }

    /// <summary>Gives all rooms' memory back.</summary>
    public void Dispose()
    {
        foreach (var room in _rooms)
            room.Dispose();
        _rooms.Clear();
    }
}

namespace Ingot.Compute.Memory;

/// <summary>
/// Memory for sources that have to be read as a whole before they are packed, used again for those behind them: to clear fresh memory takes longer than to read
/// into it. Not thread-safe; who has a room writes to it from any thread.
/// </summary>
internal sealed unsafe class SourceRooms : IDisposable
{
    // What one run of packing gives back for the next one.
    private const long MostFreeBytes = 32L << 20;

    private readonly List<NativeBuffer<byte>> _free = [];
    private bool _disposed;

    /// <summary>A room, given back when it is disposed; what it holds is left from before.</summary>
    /// <param name="byteCount">How many bytes, at least 0.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public Room Take(long byteCount)
    {
        // Not one of many times the size, which others will want.
        var most = Math.Max(byteCount * 2, HugePages.PageBytes);
        var fitting = _free.Where(memory => memory.ByteLength >= byteCount && memory.ByteLength <= most).MinBy(memory => memory.ByteLength);
        if (fitting is not null)
            _free.Remove(fitting);
        else if (byteCount > MostFreeBytes)
            LetGo();
        return new Room(this, fitting ?? new NativeBuffer<byte>(byteCount));
    }

    /// <summary>Gives back the memory of rooms that are free, and of others when they are.</summary>
    public void Dispose()
    {
        _disposed = true;
        LetGo();
    }

    private void LetGo()
    {
        foreach (var memory in _free)
            memory.Dispose();
        _free.Clear();
    }

    private void GiveBack(NativeBuffer<byte> memory)
    {
        if (_disposed || _free.Sum(free => free.ByteLength) + memory.ByteLength > MostFreeBytes)
            memory.Dispose();
        else
            _free.Add(memory);
    }

    /// <summary>A piece of memory that is its taker's until it is disposed.</summary>
    internal sealed class Room(SourceRooms rooms, NativeBuffer<byte> memory) : IDisposable
    {
        private NativeBuffer<byte>? _memory = memory;

        /// <summary>The first byte.</summary>
        public byte* Pointer => _memory is null ? null : _memory.Pointer;

        public void Dispose()
        {
            if (_memory is { } memory)
                rooms.GiveBack(memory);
            _memory = null;
        }
    }
}

namespace Ingot.Engine.KvCache;

/// <summary>The blocks of one sequence in order: token position p lives in block p / block size. Only the pool changes it.</summary>
internal sealed class BlockTable
{
    private int[] _ids = new int[8];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The same ids for a step; valid until the table next changes.</summary>
    public ReadOnlyMemory<int> Memory => _ids.AsMemory(0, Count);

    public void Add(int block)
    {
        if (Count == _ids.Length)
            Array.Resize(ref _ids, 2 * Count);
        _ids[Count++] = block;
    }

    public void Clear() => Count = 0;
}

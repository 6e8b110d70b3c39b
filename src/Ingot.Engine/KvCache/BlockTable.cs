namespace Ingot.Engine.KvCache;

/// <summary>The blocks of one sequence in order: token position p lives in block p / block size. Only the pool changes it.</summary>
internal sealed class BlockTable
{
    // 2,000 tokens in blocks of 16: most sequences never need more.
    private int[] _ids = new int[128];
    private PrefixBlock? _beginning;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The same ids for a step; valid until the table next changes.</summary>
    public ReadOnlyMemory<int> Memory => _ids.AsMemory(0, Count);

    /// <summary>How many of the first blocks others can find.</summary>
    public int KnownCount { get; private set; }

    /// <summary>The last of these; where there is none, what they would begin with, null unless <see cref="BeginWith"/> said.</summary>
    public PrefixBlock? LastKnown { get; private set; }

    /// <summary>Whether the two would share blocks that hold the same.</summary>
    public bool BeginsLike(BlockTable other) => PrefixBlock.AreSame(_beginning, other._beginning);

    /// <summary>Shares blocks only with tables that begin likewise. To be said while the table is empty.</summary>
    public void BeginWith(PrefixBlock beginning) => LastKnown = _beginning = beginning;

    public void Add(int block)
    {
        if (Count == _ids.Length)
            Array.Resize(ref _ids, 2 * Count);
        _ids[Count++] = block;
    }

    public void RemoveLast() => Count--;

    /// <summary>Its block of this place is another from now on, which holds the same.</summary>
    public void Replace(int place, int block) => _ids[place] = block;

    /// <summary>Has the same blocks as another that begins likewise. To be said while the table is empty.</summary>
    public void CopyFrom(BlockTable other)
    {
        if (Count > 0 || !BeginsLike(other))
            throw new InvalidOperationException("A table goes on from another's blocks only where it is empty and begins likewise.");
        foreach (int block in other.Ids)
            Add(block);
        (KnownCount, LastKnown) = (other.KnownCount, other.LastKnown);
    }

    /// <summary>The block after the known ones is <paramref name="known"/> from now on, which holds the same.</summary>
    public void SetKnown(PrefixBlock known)
    {
        _ids[KnownCount++] = known.Id;
        LastKnown = known;
    }

    public void Clear()
    {
        Count = KnownCount = 0;
        LastKnown = _beginning;
    }
}

namespace Ingot.Engine.KvCache;

/// <summary>
/// Who uses which block of the key-value cache. Blocks are counted references: a block is free when nobody holds it.
/// Pure bookkeeping; knows nothing of the memory behind a block id. Not thread-safe: the engine thread owns it.
/// </summary>
internal sealed class KvBlockPool
{
    private readonly int[] _references;
    private readonly Stack<int> _free;

    public KvBlockPool(int blockCount, int blockSize)
    {
        BlockSize = blockSize;
        _references = new int[blockCount];
        _free = new Stack<int>(blockCount);
        Reset();
    }

    public int BlockSize { get; }

    public int BlockCount => _references.Length;

    public int FreeCount => _free.Count;

    /// <summary>How many blocks hold this many tokens.</summary>
    public int BlocksFor(int tokens) => (tokens + BlockSize - 1) / BlockSize;

    /// <summary>Lets the table grow until it holds <paramref name="tokens"/> tokens; all or nothing.</summary>
    /// <returns>False when there are not enough free blocks; the table is then unchanged.</returns>
    public bool TryGrow(BlockTable table, int tokens)
    {
        int missing = BlocksFor(tokens) - table.Count;
        if (missing > _free.Count)
            return false;
        for (; missing > 0; missing--)
        {
            int block = _free.Pop();
            _references[block] = 1;
            table.Add(block);
        }
        return true;
    }

    /// <summary>Gives the blocks of one table to a second one as well. Shared blocks are full ones: nobody writes to them again.</summary>
    public void Fork(BlockTable source, BlockTable target, int blocks)
    {
        foreach (int block in source.Ids[..blocks])
        {
            _references[block]++;
            target.Add(block);
        }
    }

    /// <summary>Lets go of every block of the table; those nobody else holds become free.</summary>
    public void Release(BlockTable table)
    {
        // Backwards, so that the next sequence gets the blocks in the same order.
        for (int i = table.Count - 1; i >= 0; i--)
        {
            int block = table.Ids[i];
            if (_references[block] <= 0)
                throw new InvalidOperationException($"Block {block} was released more often than it was taken.");
            if (--_references[block] == 0)
                _free.Push(block);
        }
        table.Clear();
    }

    /// <summary>Forgets every holder: all blocks are free.</summary>
    public void Reset()
    {
        Array.Clear(_references);
        _free.Clear();
        for (int block = BlockCount - 1; block >= 0; block--)
            _free.Push(block);
    }

    /// <summary>Throws unless the counts are exactly those of the given tables and every other block is free once.</summary>
    public void CheckIntegrity(IEnumerable<BlockTable> tables)
    {
        var expected = new int[BlockCount];
        foreach (BlockTable table in tables)
        {
            foreach (int block in table.Ids)
                expected[block]++;
        }
        var free = new HashSet<int>(_free);
        if (free.Count != _free.Count)
            throw new InvalidOperationException("A block is free twice.");
        for (int block = 0; block < BlockCount; block++)
        {
            if (_references[block] != expected[block])
                throw new InvalidOperationException($"Block {block} counts {_references[block]} holders but has {expected[block]}.");
            if (free.Contains(block) != (expected[block] == 0))
                throw new InvalidOperationException($"Block {block} has {expected[block]} holders and is {(free.Contains(block) ? "" : "not ")}free.");
        }
    }
}

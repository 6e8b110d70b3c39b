namespace Ingot.Engine.KvCache;

/// <summary>
/// Who uses which block of the key-value cache. Blocks are counted references: a block is free when nobody holds it.
/// Full blocks can be found by their tokens, also after their last holder has let go, until their room is needed.
/// One that is not yet full has several holders where these have been forked: who writes on copies it first, the last one need not.
/// Pure bookkeeping; knows nothing of the memory behind a block id. Not thread-safe: the engine thread owns it.
/// </summary>
internal sealed class KvBlockPool
{
    private readonly int[] _references;
    private readonly Stack<int> _free;
    private readonly PrefixCache _known;

    public KvBlockPool(int blockCount, int blockSize)
    {
        BlockSize = blockSize;
        _references = new int[blockCount];
        _free = new Stack<int>(blockCount);
        _known = new PrefixCache(blockCount);
        Reset();
    }

    public int BlockSize { get; }

    public int BlockCount => _references.Length;

    /// <summary>Blocks nobody holds.</summary>
    public int FreeCount => _free.Count + _known.UnusedCount;

    /// <summary>How many blocks hold this many tokens.</summary>
    public int BlocksFor(int tokens) => (tokens + BlockSize - 1) / BlockSize;

    /// <summary>Lets the table grow until it holds <paramref name="tokens"/> tokens; all or nothing.</summary>
    /// <returns>False when there are not enough free blocks; the table is then unchanged.</returns>
    public bool TryGrow(BlockTable table, int tokens)
    {
        int missing = BlocksFor(tokens) - table.Count;
        if (missing > FreeCount)
            return false;
        for (; missing > 0; missing--)
            table.Add(Take());
        return true;
    }

    /// <summary>Gives an empty table all blocks of another one, which begins likewise.</summary>
    public void Fork(BlockTable from, BlockTable to)
    {
        to.CopyFrom(from);
        foreach (int block in to.Ids)
            Hold(block);
    }

    /// <summary>Makes the blocks from some token on the table's alone, so that it may write there.</summary>
    /// <param name="table">Whose blocks.</param>
    /// <param name="from">The first token to be written.</param>
    /// <param name="copies">Receives what is to be copied, in this order, before anything is written.</param>
    /// <returns>False when there are not enough free blocks; the table may then have some of them already.</returns>
    public bool TryOwn(BlockTable table, int from, List<BlockCopy> copies)
    {
        for (int place = from / BlockSize; place < table.Count; place++)
        {
            int shared = table.Ids[place];
            if (_references[shared] == 1)
                continue;
            if (FreeCount == 0)
                return false;
            int own = Take();
            copies.Add(new BlockCopy(shared, own));
            table.Replace(place, own);
            Drop(shared);
        }
        return true;
    }

    /// <summary>How many of the table's blocks, from some token on, others hold too.</summary>
    public int CountShared(BlockTable table, int from)
    {
        int count = 0;
        for (int place = from / BlockSize; place < table.Count; place++)
            count += _references[table.Ids[place]] > 1 ? 1 : 0;
        return count;
    }

    /// <summary>Gives an empty table the longest run of known blocks that hold the beginning of <paramref name="tokens"/>.</summary>
    /// <returns>How many tokens these hold.</returns>
    public int Share(BlockTable table, ReadOnlySpan<int> tokens)
    {
        while ((table.Count + 1) * BlockSize <= tokens.Length && Find(table, tokens) is { } block)
        {
            Hold(block.Id);
            table.Add(block.Id);
            table.SetKnown(block);
        }
        return table.Count * BlockSize;
    }

    /// <summary>How many tokens <see cref="Share"/> would find; changes nothing.</summary>
    public int CountKnown(BlockTable table, ReadOnlySpan<int> tokens)
    {
        int count = 0;
        for (PrefixBlock? last = table.LastKnown; tokens.Length - count >= BlockSize; count += BlockSize)
        {
            last = _known.Find(last, tokens.Slice(count, BlockSize));
            if (last is null)
                break;
        }
        return count;
    }

    /// <summary>
    /// Lets others find the blocks that <paramref name="tokens"/>, all computed, fill. Where one is known that holds the same,
    /// the table takes that and gives back its own.
    /// </summary>
    public void Publish(BlockTable table, ReadOnlySpan<int> tokens)
    {
        while ((table.KnownCount + 1) * BlockSize <= tokens.Length)
        {
            int own = table.Ids[table.KnownCount];
            PrefixBlock? block = Find(table, tokens);
            if (block is not null)
            {
                Hold(block.Id);
                Drop(own);
            }
            table.SetKnown(block ?? _known.Add(table.LastKnown, NextTokens(table, tokens), own));
        }
    }

    /// <summary>Lets go of the blocks behind those that hold <paramref name="tokens"/> tokens. Others cannot have found them.</summary>
    public void Shrink(BlockTable table, int tokens)
    {
        for (int count = BlocksFor(tokens); table.Count > count; table.RemoveLast())
            Drop(table.Ids[^1]);
    }

    /// <summary>Lets go of every block of the table; those nobody else holds become free.</summary>
    public void Release(BlockTable table)
    {
        // Backwards, so that the next sequence gets the blocks in the same order, and no known block is without the one before it.
        for (int i = table.Count - 1; i >= 0; i--)
            Drop(table.Ids[i]);
        table.Clear();
    }

    /// <summary>Forgets every holder: all blocks are free.</summary>
    public void Reset()
    {
        Array.Clear(_references);
        _free.Clear();
        _known.Clear();
        for (int block = BlockCount - 1; block >= 0; block--)
            _free.Push(block);
    }

    /// <summary>
    /// Throws unless the counts are exactly those of the given tables, every other block is free once, and a block with several holders
    /// comes after the same ones in all of them.
    /// </summary>
    public void CheckIntegrity(IEnumerable<BlockTable> tables)
    {
        var expected = new int[BlockCount];
        var before = new int[BlockCount];
        foreach (BlockTable table in tables)
        {
            int last = -1;
            foreach (int block in table.Ids)
            {
                if (expected[block]++ > 0 && before[block] != last)
                    throw new InvalidOperationException($"Block {block} comes after block {before[block]} and after block {last}.");
                before[block] = last;
                last = block;
            }
        }
        var free = new HashSet<int>(_free);
        if (free.Count != _free.Count)
            throw new InvalidOperationException("A block is free twice.");
        for (int block = 0; block < BlockCount; block++)
        {
            if (_references[block] != expected[block])
                throw new InvalidOperationException($"Block {block} counts {_references[block]} holders but has {expected[block]}.");
            if (free.Contains(block) && expected[block] != 0)
                throw new InvalidOperationException($"Block {block} has {expected[block]} holders and is free.");
        }
        if (FreeCount != expected.Count(holders => holders == 0))
            throw new InvalidOperationException($"{FreeCount} blocks are free, {expected.Count(holders => holders == 0)} have no holder.");
        _known.CheckIntegrity(_references);
    }

    private PrefixBlock? Find(BlockTable table, ReadOnlySpan<int> tokens) => _known.Find(table.LastKnown, NextTokens(table, tokens));

    private ReadOnlySpan<int> NextTokens(BlockTable table, ReadOnlySpan<int> tokens) => tokens.Slice(table.KnownCount * BlockSize, BlockSize);

    private int Take()
    {
        int block = _free.Count > 0 ? _free.Pop() : _known.Evict();
        _references[block] = 1;
        return block;
    }

    private void Hold(int block)
    {
        if (_references[block]++ == 0)
            _known.Use(block);
    }

    private void Drop(int block)
    {
        if (_references[block] <= 0)
            throw new InvalidOperationException($"Block {block} was released more often than it was taken.");
        if (--_references[block] == 0 && !_known.TryKeep(block))
            _free.Push(block);
    }
}

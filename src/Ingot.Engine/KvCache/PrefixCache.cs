namespace Ingot.Engine.KvCache;

/// <summary>
/// Which full blocks hold which tokens, so that a sequence that begins like an earlier one need not compute that again.
/// Blocks nobody holds stay until their room is needed; the one unused for longest goes first.
/// </summary>
/// <remarks>
/// Keys and values of a token are the same bits whoever computes them, so finding a block changes no result.
/// Holders of a block hold all blocks before it, and let go of the last one first: a block always goes before its parent does.
/// </remarks>
internal sealed class PrefixCache
{
    private readonly HashSet<PrefixBlock> _blocks = new(new PrefixBlock.ByContent());
    private readonly HashSet<PrefixBlock>.AlternateLookup<PrefixContent> _byContent;
    private readonly LinkedList<PrefixBlock> _unused = [];
    private readonly PrefixBlock?[] _byId;
    private readonly LinkedListNode<PrefixBlock>?[] _places;

    public PrefixCache(int blockCount)
    {
        _byContent = _blocks.GetAlternateLookup<PrefixContent>();
        _byId = new PrefixBlock?[blockCount];
        _places = new LinkedListNode<PrefixBlock>?[blockCount];
    }

    /// <summary>Known blocks that nobody holds.</summary>
    public int UnusedCount => _unused.Count;

    /// <summary>The block that holds these tokens after those of <paramref name="parent"/>; null when none does.</summary>
    public PrefixBlock? Find(PrefixBlock? parent, ReadOnlySpan<int> tokens) =>
        _byContent.TryGetValue(new PrefixContent(parent, tokens), out PrefixBlock? block) ? block : null;

    /// <summary>Makes a block known that somebody holds. No other may hold the same tokens after the same parent.</summary>
    public PrefixBlock Add(PrefixBlock? parent, ReadOnlySpan<int> tokens, int id)
    {
        var block = new PrefixBlock(parent, tokens.ToArray(), id);
        _blocks.Add(block);
        _byId[id] = block;
        return block;
    }

    /// <summary>Somebody holds the block again.</summary>
    public void Use(int id)
    {
        _unused.Remove(_places[id]!);
        _places[id] = null;
    }

    /// <summary>Nobody holds the block any more.</summary>
    /// <returns>False when it is not known: nobody will look for it.</returns>
    public bool TryKeep(int id)
    {
        if (_byId[id] is not { } block)
            return false;
        _places[id] = _unused.AddLast(block);
        return true;
    }

    /// <summary>Forgets the block that has been unused for longest, and gives its room away.</summary>
    public int Evict()
    {
        PrefixBlock block = _unused.First!.Value;
        _unused.RemoveFirst();
        _blocks.Remove(block);
        _places[block.Id] = null;
        _byId[block.Id] = null;
        return block.Id;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _blocks.Clear();
        _unused.Clear();
        Array.Clear(_byId);
        Array.Clear(_places);
    }

    /// <summary>Throws unless just the known blocks without holders are unused ones, and no block is held without its parent.</summary>
    public void CheckIntegrity(ReadOnlySpan<int> references)
    {
        if (_blocks.Count != _byId.Count(block => block is not null))
            throw new InvalidOperationException("A known block is not found by its tokens.");
        foreach (PrefixBlock block in _blocks)
        {
            if ((references[block.Id] == 0) != (_places[block.Id] is not null))
                throw new InvalidOperationException($"Block {block.Id} has {references[block.Id]} holders and is {(references[block.Id] == 0 ? "not " : "")}unused.");
            if (block.Parent is { IsBeginning: false } parent && (_byId[parent.Id] != parent || references[parent.Id] < references[block.Id]))
                throw new InvalidOperationException($"Block {block.Id} outlives block {parent.Id} before it.");
        }
    }
}

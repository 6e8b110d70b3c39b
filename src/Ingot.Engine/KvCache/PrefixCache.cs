namespace Ingot.Engine.KvCache;

/// <summary>
/// Which full blocks hold which tokens, so that a sequence that begins like an earlier one need not compute that again.
/// Blocks nobody holds stay until their room is needed; the one unused for longest goes first.
/// </summary>
/// <remarks>
/// Keys and values of a token are the same bits whoever computes them, so finding a block changes no result.
/// Holders of a block hold all blocks before it, and let go of the last one first: a block always goes before its parent does.
/// What stands for a block is made when the block is first full, and used again from then on: a cache that has been full once claims no memory.
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
        PrefixBlock block = _byId[id] ??= new PrefixBlock(id);
        block.Fill(parent, tokens);
        _blocks.Add(block);
        return block;
    }

    /// <summary>Somebody holds the block again.</summary>
    public void Use(int id) => _unused.Remove(_places[id]!);

    /// <summary>Nobody holds the block any more.</summary>
    /// <returns>False when it is not known: nobody will look for it.</returns>
    public bool TryKeep(int id)
    {
        if (_byId[id] is not { IsKnown: true } block)
            return false;
        _unused.AddLast(_places[id] ??= new LinkedListNode<PrefixBlock>(block));
        return true;
    }

    /// <summary>Forgets the block that has been unused for longest, and gives its room away.</summary>
    public int Evict()
    {
        PrefixBlock block = _unused.First!.Value;
        _unused.RemoveFirst();
        _blocks.Remove(block);
        block.Forget();
        return block.Id;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (PrefixBlock block in _blocks)
            block.Forget();
        _blocks.Clear();
        _unused.Clear();
    }

    /// <summary>Throws unless just the known blocks without holders are unused ones, and no block is held without its parent.</summary>
    public void CheckIntegrity(ReadOnlySpan<int> references)
    {
        if (_blocks.Count != _byId.Count(block => block is { IsKnown: true }))
            throw new InvalidOperationException("A known block is not found by its tokens.");
        foreach (PrefixBlock block in _blocks)
        {
            if ((references[block.Id] == 0) != (_places[block.Id]?.List is not null))
                throw new InvalidOperationException($"Block {block.Id} has {references[block.Id]} holders and is {(references[block.Id] == 0 ? "not " : "")}unused.");
            if (block.Parent is { IsBeginning: false } parent && (!parent.IsKnown || references[parent.Id] < references[block.Id]))
                throw new InvalidOperationException($"Block {block.Id} outlives block {parent.Id} before it.");
        }
    }
}

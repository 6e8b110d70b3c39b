using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Kernels;

/// <summary>
/// Weights on their way from a file into tiles, in steps that threads share: looks at the sources, in any order and at once; when all have been taken,
/// memory is claimed, by one thread; then tiles are written, in any order and at once. What threads do when changes no byte.
/// </summary>
internal abstract unsafe class TilePacking
{
    /// <summary>Looks that must be taken before memory is claimed.</summary>
    public virtual int LookCount => 0;

    /// <summary>Tiles to write; known once memory is claimed.</summary>
    public abstract int TileCount { get; }

    /// <summary>Looks at a part of the sources.</summary>
    /// <param name="look">0 to <see cref="LookCount"/> − 1.</param>
    /// <param name="desk">The calling thread's room for what it reads.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: what is there cannot be read, or not be packed.</exception>
    public virtual void Look(int look, SourceDesk desk) => throw new ArgumentOutOfRangeException(nameof(look));

    /// <summary>Claims the memory of the tiles.</summary>
    /// <param name="arena">Whose memory to use, and not to give back; absent means memory of their own.</param>
    /// <exception cref="Errors.IngotException">InsufficientMemory.</exception>
    public abstract void Claim(NativeArena? arena);

    /// <summary>Where a tile begins; tiles lie one behind the other.</summary>
    public abstract byte* Tile(int tile);

    /// <summary>Writes tiles that lie side by side.</summary>
    /// <param name="fromTile">The first one.</param>
    /// <param name="toTile">The first one after them.</param>
    /// <param name="desk">The calling thread's room for what it reads.</param>
    /// <exception cref="Errors.IngotException">ModelInvalid: the sources cannot be read.</exception>
    public abstract void Pack(int fromTile, int toTile, SourceDesk desk);

    /// <summary>Does everything.</summary>
    /// <param name="team">With which threads, called by their owner; absent means the caller's alone.</param>
    /// <param name="arena">As <see cref="Claim"/>.</param>
    public void Run(ThreadTeam? team, NativeArena? arena)
    {
        TileWork.Run(team, LookCount, (from, to) =>
        {
            using var desk = new SourceDesk();
            for (int look = from; look < to; look++) Look(look, desk);
        });
        Claim(arena);
        TileWork.Run(team, TileCount, (from, to) =>
        {
            using var desk = new SourceDesk();
            Pack(from, to, desk);
        });
    }
}

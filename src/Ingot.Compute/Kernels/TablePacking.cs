using Ingot.Compute.Memory;

namespace Ingot.Compute.Kernels;

/// <summary>A table that is kept as it is: its tiles are stretches of bytes.</summary>
internal sealed unsafe class TablePacking(SourceTensor source) : TilePacking
{
    private const long Stretch = 1 << 20;

    public override int TileCount => checked((int)((source.ByteLength + Stretch - 1) / Stretch));

    /// <summary>The table, once memory is claimed, owned by the caller.</summary>
    public NativeBuffer<byte>? Table { get; private set; }

    // Of its own even where there is an arena: it is disposed with the slot.
    public override void Claim(NativeArena? arena) => Table = new NativeBuffer<byte>(source.ByteLength);

    public override byte* Tile(int tile) => Table!.Pointer + (tile * Stretch);

    // Read to where it stays.
    public override void Pack(int fromTile, int toTile, SourceDesk desk)
    {
        long from = fromTile * Stretch, to = Math.Min(toTile * Stretch, source.ByteLength);
        source.Read(from, Tile(fromTile), to - from);
    }
}

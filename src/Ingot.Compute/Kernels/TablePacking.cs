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

    public override void Pack(int tile)
    {
        long bytes = Math.Min(Stretch, source.ByteLength - (tile * Stretch));
        Buffer.MemoryCopy(source.Pointer + (tile * Stretch), Tile(tile), bytes, bytes);
    }
}

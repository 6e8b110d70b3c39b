using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Graph;

/// <summary>Packing from a memory that is filled from the file first, by looks: for weights that tiles take numbers from all over.</summary>
/// <param name="source">The weights in their file.</param>
/// <param name="room">Room for all of them.</param>
/// <param name="packing">Packs them from there; looks at nothing itself.</param>
internal sealed unsafe class WholePacking(SourceTensor source, SourceRooms.Room room, MatrixPacking packing) : MatrixPacking
{
    // The system clears a page for whoever touches it first, and two who do so at once have it cleared twice.
    private const long Stretch = HugePages.PageBytes;

    public override int LookCount => checked((int)((source.ByteLength + Stretch - 1) / Stretch));

    public override WeightMatrix Matrix => packing.Matrix;

    public override void Look(int look, SourceDesk desk)
    {
        var from = look * Stretch;
        source.Read(from, room.Pointer + from, Math.Min(Stretch, source.ByteLength - from));
    }

    public override void Claim(NativeArena? arena) => packing.Claim(arena);

    public override byte* Tile(int tile) => packing.Tile(tile);

    public override void Pack(int fromTile, int toTile, SourceDesk desk) => packing.Pack(fromTile, toTile, desk);
}

using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>A piece of the weights that is packed by itself: how, and how much of the file it is read from.</summary>
/// <param name="named">The tensor that messages name.</param>
/// <param name="packing">How it is packed.</param>
/// <param name="sourceBytes">Bytes of the file that it is read from.</param>
/// <param name="claimed">Told once memory is claimed, by the thread that claims it.</param>
/// <param name="owned">Let go of with the piece.</param>
internal sealed unsafe class WeightPiece(OnnxTensor named, TilePacking packing, long sourceBytes, Action claimed, IReadOnlyList<IDisposable>? owned = null) : IDisposable
{
    public long SourceBytes => sourceBytes;

    public int LookCount => packing.LookCount;

    public int TileCount => packing.TileCount;

    /// <exception cref="IngotException">ModelInvalid: in the tensor's name.</exception>
    public void Look(int look, SourceDesk desk) => Try(() => packing.Look(look, desk));

    public void Claim(NativeArena arena)
    {
        packing.Claim(arena);
        claimed();
    }

    public byte* Tile(int tile) => packing.Tile(tile);

    /// <summary>Writes tiles.</summary>
    /// <exception cref="IngotException">ModelInvalid: in the tensor's name.</exception>
    public void Pack(int fromTile, int toTile, SourceDesk desk) => Try(() => packing.Pack(fromTile, toTile, desk));

    public void Dispose()
    {
        foreach (var resource in owned ?? [])
            resource.Dispose();
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (IngotException e) when (WeightPieces.IsAboutSource(e))
        {
            throw WeightPieces.Named(e, named);
        }
    }
}

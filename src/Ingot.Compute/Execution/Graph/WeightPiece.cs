using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;
using Ingot.Errors;

namespace Ingot.Compute.Execution.Graph;

/// <summary>A piece of the weights that is packed by itself: how, and the bytes of the file that it is read from.</summary>
/// <param name="named">The tensor that messages name.</param>
/// <param name="packing">How it is packed.</param>
/// <param name="claimed">Told once memory is claimed, by the thread that claims it.</param>
/// <param name="owned">Let go of with the piece.</param>
internal sealed unsafe class WeightPiece(OnnxTensor named, TilePacking packing, Action claimed, IReadOnlyList<IDisposable>? owned = null) : IDisposable
{
    private readonly List<(SourceTensor Bytes, bool IsMapped)> _sources = [];
    private int _packed;

    /// <summary>Bytes of the file that it is read from.</summary>
    public long SourceBytes { get; private set; }

    public int LookCount => packing.LookCount;

    public int TileCount => packing.TileCount;

    public WeightPiece ReadFrom(SourceTensor bytes, bool isMapped)
    {
        _sources.Add((bytes, isMapped));
        SourceBytes += bytes.ByteLength;
        return this;
    }

    public WeightPiece ReadFrom(IEnumerable<OnnxTensor> tensors)
    {
        foreach (var tensor in tensors)
            ReadFrom(WeightPieces.View(tensor), tensor.IsMapped);
        return this;
    }

    /// <exception cref="IngotException">ModelInvalid: in the tensor's name.</exception>
    public void Look(int look)
    {
        try
        {
            packing.Look(look);
        }
        catch (IngotException e) when (WeightPieces.IsAboutSource(e))
        {
            throw WeightPieces.Named(e, named);
        }
    }

    public void Claim(NativeArena arena)
    {
        packing.Claim(arena);
        claimed();
    }

    public byte* Tile(int tile) => packing.Tile(tile);

    /// <summary>Writes tiles. With the last ones of all, the file's pages leave memory.</summary>
    public void Pack(int fromTile, int toTile)
    {
        for (var tile = fromTile; tile < toTile; tile++)
            packing.Pack(tile);
        if (Interlocked.Add(ref _packed, toTile - fromTile) < TileCount)
            return;
        foreach (var (bytes, isMapped) in _sources)
        {
            if (isMapped)
                MappedPages.Leave(bytes.Pointer, bytes.ByteLength);
        }
    }

    public void Dispose()
    {
        foreach (var resource in owned ?? [])
            resource.Dispose();
    }
}

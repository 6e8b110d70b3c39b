using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph;

/// <summary>A vector of floats (norm weights, a bias, a rotary table), read with the matrices beside it: where the disk is by then.</summary>
internal sealed unsafe class VectorPacking(OnnxTensor tensor, NativeBuffer<float> vector) : TilePacking
{
    public override int TileCount => 1;

    // Claimed when the graph was read: operations hold it.
    public override void Claim(NativeArena? arena)
    {
    }

    public override byte* Tile(int tile) => (byte*)vector.Pointer;

    public override void Pack(int fromTile, int toTile, SourceDesk desk)
    {
        tensor.CopyFloats(vector.Span);
        for (var i = (int)tensor.Count; i < vector.Length; i++)
            vector.Pointer[i] = vector.Pointer[i % (int)tensor.Count];
    }
}

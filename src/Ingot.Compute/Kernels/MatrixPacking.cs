namespace Ingot.Compute.Kernels;

/// <summary>A matrix in the making.</summary>
internal abstract class MatrixPacking : TilePacking
{
    /// <summary>The matrix, once memory is claimed, owned by the caller; whole when all tiles are written.</summary>
    public abstract WeightMatrix Matrix { get; }

    public sealed override int TileCount => Matrix.TileCount;
}

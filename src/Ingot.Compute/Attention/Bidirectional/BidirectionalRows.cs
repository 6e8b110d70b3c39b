namespace Ingot.Compute.Attention.Bidirectional;

/// <summary>Rows of a flat batch that attention reads or writes: [heads, head size] in each.</summary>
/// <param name="first">Row 0 of the batch.</param>
/// <param name="stride">Floats from one row to the next.</param>
internal readonly unsafe struct BidirectionalRows(float* first, long stride)
{
    /// <summary>A head of a row.</summary>
    public float* At(int row, int head, int headSize) => first + (row * stride) + ((long)head * headSize);
}

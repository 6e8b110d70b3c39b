namespace Ingot.Compute.Attention;

/// <summary>Where a flat batch's queries are, and where results go: [query heads, head size] in each row.</summary>
/// <param name="queries">Row 0's.</param>
/// <param name="queryStride">Floats from row to row.</param>
/// <param name="output">Row 0's.</param>
/// <param name="outputStride">Floats from row to row.</param>
internal readonly unsafe struct AttentionRows(float* queries, long queryStride, float* output, long outputStride)
{
    public float* Query(int row) => queries + (row * queryStride);

    public float* Output(int row) => output + (row * outputStride);
}

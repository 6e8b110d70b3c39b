namespace Ingot.Compute.Execution.Graph;

/// <summary>Rows of floats that one operation writes and others read. Gets its memory when the plan is made.</summary>
/// <param name="width">Floats of a row, which is also the distance between rows.</param>
/// <param name="rowCount">Rows for the most tokens of a step; absent means one for each token.</param>
internal sealed unsafe class RowBuffer(int width, Func<int, long>? rowCount = null)
{
    /// <summary>Floats of a row.</summary>
    public int Width { get; } = width;

    /// <summary>The first row; null until the plan is made.</summary>
    public float* Pointer { get; set; }

    /// <summary>Rows it needs when a step has up to so many tokens.</summary>
    public long RowCount(int maxTokens) => rowCount is null ? maxTokens : rowCount(maxTokens);

    /// <summary>Whether the caller of a step provides the memory (logits).</summary>
    public bool IsExternal { get; set; }
}

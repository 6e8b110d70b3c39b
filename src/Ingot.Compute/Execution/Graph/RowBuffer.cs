namespace Ingot.Compute.Execution.Graph;

/// <summary>Rows of floats that one operation writes and others read. Gets its memory when the plan is made.</summary>
/// <param name="width">Floats of a row, which is also the distance between rows.</param>
internal sealed unsafe class RowBuffer(int width)
{
    /// <summary>Floats of a row.</summary>
    public int Width { get; } = width;

    /// <summary>The first row; null until the plan is made.</summary>
    public float* Pointer { get; set; }

    /// <summary>Whether the caller of a step provides the memory (logits).</summary>
    public bool IsExternal { get; set; }
}

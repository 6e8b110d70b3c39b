namespace Ingot.Compute.Kernels;

/// <summary>
/// Rows about to be multiplied by a matrix: the floats, and room for their 8-bit form. A view that owns nothing;
/// an <see cref="ActivationBuffer"/> makes it. Members of a team may hold equal views and prepare different rows of them.
/// </summary>
/// <remarks>The 8-bit form is laid out for kernels that take up to 8 rows at once: [row / 8, group, row % 8, 32 codes], scales and sums likewise.</remarks>
public readonly unsafe struct Activations
{
    /// <summary>Inputs that share one scale in the 8-bit form.</summary>
    public const int GroupSize = 32;

    internal const int RowsTogether = 8;

    private readonly sbyte* _codes;
    private readonly float* _scales;
    private readonly int* _starts;
    private readonly int* _halfStarts;

    internal Activations(float* floats, long floatStride, int inputCount, sbyte* codes, float* scales, int* starts, int* halfStarts)
    {
        Floats = floats;
        FloatStride = floatStride;
        InputCount = inputCount;
        GroupCount = (inputCount + GroupSize - 1) / GroupSize;
        _codes = codes;
        _scales = scales;
        _starts = starts;
        _halfStarts = halfStarts;
    }

    /// <summary>The first row's floats.</summary>
    public float* Floats { get; }

    /// <summary>Floats from one row to the next.</summary>
    public long FloatStride { get; }

    /// <summary>Numbers in a row.</summary>
    public int InputCount { get; }

    /// <summary>Groups of <see cref="GroupSize"/> in a row, the last one filled up with zeros.</summary>
    public int GroupCount { get; }

    /// <summary>Makes the 8-bit form of some rows: per group of 32, scale = largest magnitude / 127, codes rounded to nearest.</summary>
    /// <param name="fromRow">First row to prepare.</param>
    /// <param name="toRow">One past the last row.</param>
    public void Quantize(int fromRow, int toRow)
    {
        for (int row = fromRow; row < toRow; row++) ActivationQuantizer.QuantizeRow(Floats + (row * FloatStride), InputCount, Rows(row), KernelForms.Best);
    }

    /// <summary>The view of later rows alone.</summary>
    /// <param name="row">The first of them: a multiple of 8, for 8 rows lie together in the 8-bit form.</param>
    internal Activations From(int row)
    {
        float* floats = Floats == null ? null : Floats + (row * FloatStride);
        if (_codes == null) return new(floats, FloatStride, InputCount, null, null, null, null);
        ActivationRows rows = Rows(row);
        return new(floats, FloatStride, InputCount, rows.Codes, rows.Scales, rows.Starts, rows.HalfStarts);
    }

    /// <summary>The 8-bit form from a row on, at its first group: codes, the value of a code of 1, and the sums of each group's codes.</summary>
    internal ActivationRows Rows(int row)
    {
        long first = ((long)(row / RowsTogether) * GroupCount * RowsTogether) + (row % RowsTogether);
        return new(_codes + (first * GroupSize), _scales + first, _starts + first, _halfStarts + first);
    }
}

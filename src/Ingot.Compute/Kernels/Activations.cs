namespace Ingot.Compute.Kernels;

/// <summary>
/// Rows about to be multiplied by a matrix: the floats, and room for their 8-bit form. A view that owns nothing;
/// an <see cref="ActivationBuffer"/> makes it. Members of a team may hold equal views and prepare different rows of them.
/// </summary>
public readonly unsafe struct Activations
{
    /// <summary>Inputs that share one scale in the 8-bit form.</summary>
    public const int GroupSize = 32;

    internal Activations(float* floats, long floatStride, int inputCount, sbyte* codes, float* scales, int* sums)
    {
        Floats = floats;
        FloatStride = floatStride;
        InputCount = inputCount;
        GroupCount = (inputCount + GroupSize - 1) / GroupSize;
        Codes = codes;
        Scales = scales;
        Sums = sums;
    }

    /// <summary>The first row's floats.</summary>
    public float* Floats { get; }

    /// <summary>Floats from one row to the next.</summary>
    public long FloatStride { get; }

    /// <summary>Numbers in a row.</summary>
    public int InputCount { get; }

    /// <summary>Groups of <see cref="GroupSize"/> in a row, the last one filled up with zeros.</summary>
    public int GroupCount { get; }

    /// <summary>8-bit codes, [row, <see cref="GroupCount"/> × 32].</summary>
    internal sbyte* Codes { get; }

    /// <summary>What a code of 1 stands for, [row, <see cref="GroupCount"/>].</summary>
    internal float* Scales { get; }

    /// <summary>Sums of a group's codes, [row, <see cref="GroupCount"/>].</summary>
    internal int* Sums { get; }

    /// <summary>Makes the 8-bit form of some rows: per group of 32, scale = largest magnitude / 127, codes rounded to nearest.</summary>
    /// <param name="fromRow">First row to prepare.</param>
    /// <param name="toRow">One past the last row.</param>
    public void Quantize(int fromRow, int toRow)
    {
        for (int row = fromRow; row < toRow; row++)
        {
            long first = (long)row * GroupCount;
            ActivationQuantizer.QuantizeRow(Floats + (row * FloatStride), InputCount, Codes + (first * GroupSize), Scales + first, Sums + first, KernelForms.Best);
        }
    }

    /// <summary>The same rows without the first ones.</summary>
    /// <param name="row">How many rows to leave out.</param>
    public Activations From(int row)
    {
        long first = (long)row * GroupCount;
        return new(Floats + (row * FloatStride), FloatStride, InputCount, Codes + (first * GroupSize), Scales + first, Sums + first);
    }
}

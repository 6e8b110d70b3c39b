using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>Where a kernel is in the 8-bit form of up to 8 neighbouring rows; row r's numbers are r places on.</summary>
internal unsafe struct ActivationRows(sbyte* codes, float* scales, int* starts, int* halfStarts)
{
    /// <summary>[8 rows, 32] of the current group.</summary>
    public sbyte* Codes = codes;

    /// <summary>[8 rows] of the current group.</summary>
    public float* Scales = scales;

    /// <summary>
    /// [8 rows] of the current group: −8 times the sum of the codes. A sum of products with 4-bit codes that starts from it has their middle
    /// taken away already; with 8-bit codes it takes 16 times as much.
    /// </summary>
    public int* Starts = starts;

    /// <summary>
    /// [8 rows] of the current group: the same in two parts, of the codes at the first two places of every four, and of those at the last two,
    /// as the lower and the upper 16 bits, for sums of 16 bits.
    /// </summary>
    public int* HalfStarts = halfStarts;

    /// <summary>Keeps what is needed of a group's sums.</summary>
    /// <param name="firstTwo">The sum of the codes at the first two places of every four.</param>
    /// <param name="lastTwo">The sum of the others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void SetSums(int firstTwo, int lastTwo)
    {
        *Starts = -8 * (firstTwo + lastTwo);
        *HalfStarts = (-8 * firstTwo & 0xFFFF) | (-8 * lastTwo << 16);
    }

    /// <summary>Some groups further on.</summary>
    public readonly ActivationRows Skip(int groups)
    {
        long rows = (long)groups * Activations.RowsTogether;
        return new(Codes + (rows * Activations.GroupSize), Scales + rows, Starts + rows, HalfStarts + rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NextGroup()
    {
        Codes += Activations.RowsTogether * Activations.GroupSize;
        Scales += Activations.RowsTogether;
        Starts += Activations.RowsTogether;
        HalfStarts += Activations.RowsTogether;
    }
}

using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>Where a kernel is in the 8-bit form of up to 8 neighbouring rows; row r's numbers are r places on.</summary>
internal unsafe struct ActivationRows(sbyte* codes, float* scales, int* eightfoldSums)
{
    /// <summary>[8 rows, 32] of the current group.</summary>
    public sbyte* Codes = codes;

    /// <summary>[8 rows] of the current group.</summary>
    public float* Scales = scales;

    /// <summary>[8 rows] of the current group.</summary>
    public int* EightfoldSums = eightfoldSums;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NextGroup()
    {
        Codes += Activations.RowsTogether * Activations.GroupSize;
        Scales += Activations.RowsTogether;
        EightfoldSums += Activations.RowsTogether;
    }
}

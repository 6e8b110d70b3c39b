using System.Runtime.InteropServices;

namespace Ingot.Compute.Kernels.MachineCode;

/// <summary>What a function of <see cref="DotProductCode"/> is called with: one tile and some rows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DotProductArguments
{
    /// <summary>The tile's codes.</summary>
    public byte* Codes;

    /// <summary>One past the tile's codes.</summary>
    public byte* CodesEnd;

    /// <summary>The tile's scales, [block, 16].</summary>
    public byte* Scales;

    /// <summary>The tile's zero points, [block, 16]; moved on by the function, where there are any.</summary>
    public byte* ZeroPoints;

    /// <summary>The rows at their first group.</summary>
    public ActivationRows Rows;

    /// <summary>The first row's 16 products.</summary>
    public float* Y;

    /// <summary>Bytes from row to row of the products.</summary>
    public long YRowBytes;

    /// <summary>Bytes of a block's codes.</summary>
    public long BlockBytes;

    /// <summary>0x0F0F0F0F.</summary>
    public int LowHalves;

    /// <summary>0.125.</summary>
    public float Eighth;
}

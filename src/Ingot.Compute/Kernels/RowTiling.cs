namespace Ingot.Compute.Kernels;

/// <summary>Numbers of rows the float kernels take at a time.</summary>
internal static class RowTiling
{
    /// <summary>Most rows at a time.</summary>
    public const int Most = 8;

    /// <summary>How many to take when rows may be filled up with others of no interest.</summary>
    public static int Padded(int left) => left switch { > 4 => 8, > 1 => 4, _ => 1 };
}

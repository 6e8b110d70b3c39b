namespace Ingot.Compute.Kernels;

/// <summary>What the numbers of a <see cref="SourceTensor"/> are.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE float.</summary>
    Float32,

    /// <summary>16-bit IEEE float.</summary>
    Float16,

    /// <summary>The upper 16 bits of a 32-bit float.</summary>
    BFloat16,

    /// <summary>Unsigned bytes, or 4-bit pairs packed into them (low half first).</summary>
    UInt8,
}

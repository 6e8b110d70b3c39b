namespace Ingot.Compute.Attention;

/// <summary>How keys and values are kept.</summary>
public enum KvFormat
{
    /// <summary>As they are computed, in 32 bits.</summary>
    Float32,

    /// <summary>In 16 bits: half the memory. Rounded to nearest; what is beyond ±65504 becomes that, and so does what is no number.</summary>
    Float16,

    /// <summary>In 8 bits, 32 neighbouring numbers of a token's head with a scale: a little more than a quarter of the memory.</summary>
    Int8,
}

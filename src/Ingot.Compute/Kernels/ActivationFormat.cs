namespace Ingot.Compute.Kernels;

/// <summary>How a <see cref="WeightMatrix"/> wants the rows it multiplies.</summary>
public enum ActivationFormat
{
    /// <summary>Plain 32-bit floats; nothing to prepare.</summary>
    Float32,

    /// <summary>Signed 8-bit codes with one scale per 32 inputs; <see cref="Activations.Quantize(int, int)"/> makes them.</summary>
    Int8Block32,
}

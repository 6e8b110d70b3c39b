namespace Ingot.Compiler;

/// <summary>How a compiled model stores its weights, and with it how it computes.</summary>
public enum Precision
{
    /// <summary>Single precision throughout.</summary>
    Fp32,

    /// <summary>Half precision: weights, activations, logits and the key-value cache.</summary>
    Fp16,

    /// <summary>8-bit blocks with a single-precision scale each; activations in single precision.</summary>
    Int8,

    /// <summary>4-bit blocks with a single-precision scale each; activations in single precision.</summary>
    Int4,
}

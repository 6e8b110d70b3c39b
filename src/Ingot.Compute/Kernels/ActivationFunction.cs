namespace Ingot.Compute.Kernels;

/// <summary>The non-linear functions of feed-forward layers.</summary>
public enum ActivationFunction
{
    /// <summary>x · sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>GELU by its tanh approximation: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    GeluTanh,

    /// <summary>GELU itself: x/2 · (1 + erf(x / √2)).</summary>
    GeluErf,

    /// <summary>x · sigmoid(1.702 x).</summary>
    GeluQuick,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1 / (1 + exp(−x)).</summary>
    Sigmoid,

    /// <summary>tanh(x).</summary>
    Tanh,
}

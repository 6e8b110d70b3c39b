namespace Ingot.Compute.Kernels;

/// <summary>The function between an expert's products.</summary>
/// <param name="Function">The function of each number, or of the gates; null for none. Without meaning where <see cref="Swish"/> is there.</param>
/// <param name="Swish">Gates and ups bounded and mixed as SwiGLU does; null for <see cref="Function"/>.</param>
internal sealed unsafe record ExpertActivation(ActivationFunction? Function, SwishGate? Swish)
{
    /// <summary>y = the function of x, times <paramref name="up"/> where there is one.</summary>
    /// <param name="x">[count].</param>
    /// <param name="up">[count], or null.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers.</param>
    public void Apply(float* x, float* up, float* y, int count)
    {
        if (Swish is { } swish)
            RowForm.Best.SwishGate(swish, x, up, y, count);
        else if (Function is { } function && up == null)
            RowOps.Apply(function, x, y, count);
        else if (Function is { } gated)
            RowOps.ApplyGated(gated, x, up, y, count);
        else if (up != null)
            RowOps.Multiply(x, up, y, count);
    }
}

/// <summary>g · sigmoid(alpha · g) · (l + beta), with g at most the limit and l within it on both sides.</summary>
/// <param name="Alpha">Steepness of the sigmoid.</param>
/// <param name="Beta">Added to the ups.</param>
/// <param name="Limit">The bound, above 0; infinity for none.</param>
internal readonly record struct SwishGate(float Alpha, float Beta, float Limit);

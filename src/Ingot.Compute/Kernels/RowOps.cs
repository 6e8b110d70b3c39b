namespace Ingot.Compute.Kernels;

/// <summary>
/// Everything done to one row of floats besides products: norms, sums, non-linear functions. Rows need no alignment; a destination may be
/// the same row as a source, not one that overlaps it. Same input, same bits, whoever calls.
/// </summary>
public static unsafe class RowOps
{
    /// <summary>y = x / √(mean(x²) + epsilon) · weight.</summary>
    /// <param name="x">[count].</param>
    /// <param name="weight">[count].</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row, at least 1.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public static void RmsNorm(float* x, float* weight, float* y, int count, float epsilon) =>
        RowForm.Best.RmsNorm(x, weight, y, count, epsilon);

    /// <summary>sum = x + addend, then y = the RMS norm of sum: the skip connection and the norm that follows it.</summary>
    /// <param name="x">[count].</param>
    /// <param name="addend">[count].</param>
    /// <param name="weight">[count].</param>
    /// <param name="sum">[count], may be <paramref name="x"/> or <paramref name="addend"/>.</param>
    /// <param name="y">[count], may be <paramref name="addend"/> when sum is not.</param>
    /// <param name="count">Numbers in the row, at least 1.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public static void AddRmsNorm(float* x, float* addend, float* weight, float* sum, float* y, int count, float epsilon)
    {
        Add(x, addend, sum, count);
        RmsNorm(sum, weight, y, count, epsilon);
    }

    /// <summary>y = (x − mean) / √(variance + epsilon) · weight + bias.</summary>
    /// <param name="x">[count].</param>
    /// <param name="weight">[count].</param>
    /// <param name="bias">[count], or null for none.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row, at least 1.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void LayerNorm(float* x, float* weight, float* bias, float* y, int count, float epsilon) =>
        RowForm.Best.LayerNorm(x, weight, bias, y, count, epsilon);

    /// <summary>y = x + addend (a bias, a skip connection).</summary>
    /// <param name="x">[count].</param>
    /// <param name="addend">[count].</param>
    /// <param name="y">[count], may be either source.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void Add(float* x, float* addend, float* y, int count) => RowForm.Best.Add(x, addend, y, count);

    /// <summary>y = x · factor (an elementwise product of two rows).</summary>
    /// <param name="x">[count].</param>
    /// <param name="factor">[count].</param>
    /// <param name="y">[count], may be either source.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void Multiply(float* x, float* factor, float* y, int count) => RowForm.Best.Multiply(x, factor, y, count);

    /// <summary>y = x · factor.</summary>
    /// <param name="x">[count].</param>
    /// <param name="factor">One number for all.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void Scale(float* x, float factor, float* y, int count) => RowForm.Best.Scale(x, factor, y, count);

    /// <summary>y = f(x).</summary>
    /// <param name="function">f; relative error at most about 1e-6.</param>
    /// <param name="x">[count].</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void Apply(ActivationFunction function, float* x, float* y, int count) => RowForm.Best.Apply(function, x, y, count);

    /// <summary>y = f(gate) · up: the middle of a gated feed-forward layer.</summary>
    /// <param name="function">f; relative error at most about 1e-6.</param>
    /// <param name="gate">[count].</param>
    /// <param name="up">[count].</param>
    /// <param name="y">[count], may be either source.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void ApplyGated(ActivationFunction function, float* gate, float* up, float* y, int count) =>
        RowForm.Best.ApplyGated(function, gate, up, y, count);

    /// <summary>y = cap · tanh(x / cap).</summary>
    /// <param name="x">[count].</param>
    /// <param name="cap">The bound, above 0.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row.</param>
    public static void Softcap(float* x, float cap, float* y, int count) => RowForm.Best.Softcap(x, cap, y, count);

    /// <summary>y = exp(x − max) / Σ exp(x − max).</summary>
    /// <param name="x">[count], finite or −∞, at least one finite.</param>
    /// <param name="y">[count], may be <paramref name="x"/>.</param>
    /// <param name="count">Numbers in the row, at least 1.</param>
    public static void Softmax(float* x, float* y, int count) => RowForm.Best.Softmax(x, y, count);
}

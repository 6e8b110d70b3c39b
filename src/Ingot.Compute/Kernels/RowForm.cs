using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>
/// The row operations in one form. On one machine every form gives the same bits; against <see cref="RowReference"/>, which computes in double
/// precision, functions are off by 1e-6 of their value at most (where e^−x is below 1e-1, by 1e-7 · x² more), norms and softmax by 2e-6.
/// </summary>
internal abstract unsafe class RowForm
{
    private static readonly RowForm Scalar = new RowVectors<ScalarLanes, ScalarLanes>();
    private static readonly RowForm Vector128 = new RowVectors<Lanes128, Lanes128>();
    private static readonly RowForm Vector256 = new RowVectors<Lanes256, Lanes256>();
    private static readonly RowForm Vector512 = new RowVectors<Lanes512, Lanes256>();

    /// <summary>What this machine runs fastest.</summary>
    public static readonly RowForm Best = Of(KernelForms.Best);

    public static RowForm Of(KernelForm form) => form switch
    {
        KernelForm.Vector512 => Vector512,
        KernelForm.Vector256 => Vector256,
        KernelForm.Vector128 => Vector128,
        _ => Scalar,
    };

    public abstract void RmsNorm(float* x, float* weight, float* y, int count, float epsilon);

    public abstract void LayerNorm(float* x, float* weight, float* bias, float* y, int count, float epsilon);

    public abstract void Add(float* x, float* addend, float* y, int count);

    public abstract void Multiply(float* x, float* factor, float* y, int count);

    public abstract void Scale(float* x, float factor, float* y, int count);

    public abstract void Softcap(float* x, float cap, float* y, int count);

    public abstract void Softmax(float* x, float* y, int count);

    /// <summary>g · sigmoid(alpha · g) · (l + beta), of bounded gates and ups.</summary>
    public abstract void SwishGate(SwishGate swish, float* gate, float* up, float* y, int count);

    /// <summary>sum = x · factor, or sum + x · factor.</summary>
    public abstract void AddScaled(float* x, float factor, float* sum, int count, bool isFirst);

    public void Apply(ActivationFunction function, float* x, float* y, int count)
    {
        switch (function)
        {
            case ActivationFunction.Silu: Map<SiluFunction>(x, y, count); break;
            case ActivationFunction.GeluTanh: Map<GeluTanhFunction>(x, y, count); break;
            case ActivationFunction.GeluErf: Map<GeluErfFunction>(x, y, count); break;
            case ActivationFunction.GeluQuick: Map<GeluQuickFunction>(x, y, count); break;
            case ActivationFunction.Relu: Map<ReluFunction>(x, y, count); break;
            case ActivationFunction.Sigmoid: Map<SigmoidFunction>(x, y, count); break;
            case ActivationFunction.Tanh: Map<TanhFunction>(x, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    public void ApplyGated(ActivationFunction function, float* gate, float* up, float* y, int count)
    {
        switch (function)
        {
            case ActivationFunction.Silu: MapGated<SiluFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluTanh: MapGated<GeluTanhFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluErf: MapGated<GeluErfFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluQuick: MapGated<GeluQuickFunction>(gate, up, y, count); break;
            case ActivationFunction.Relu: MapGated<ReluFunction>(gate, up, y, count); break;
            case ActivationFunction.Sigmoid: MapGated<SigmoidFunction>(gate, up, y, count); break;
            case ActivationFunction.Tanh: MapGated<TanhFunction>(gate, up, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    protected abstract void Map<TFunction>(float* x, float* y, int count)
        where TFunction : struct, IRowFunction;

    protected abstract void MapGated<TFunction>(float* gate, float* up, float* y, int count)
        where TFunction : struct, IRowFunction;
}

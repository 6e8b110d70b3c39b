using Ingot.Compute.Kernels.Vectors;

namespace Ingot.Compute.Kernels;

/// <summary>From the name of a function to its vector form.</summary>
internal static unsafe class RowFunctionDispatch
{
    public static void Apply(ActivationFunction function, float* x, float* y, int count)
    {
        switch (function)
        {
            case ActivationFunction.Silu: RowVectors.Map<SiluFunction>(x, y, count); break;
            case ActivationFunction.GeluTanh: RowVectors.Map<GeluTanhFunction>(x, y, count); break;
            case ActivationFunction.GeluErf: RowVectors.Map<GeluErfFunction>(x, y, count); break;
            case ActivationFunction.GeluQuick: RowVectors.Map<GeluQuickFunction>(x, y, count); break;
            case ActivationFunction.Relu: RowVectors.Map<ReluFunction>(x, y, count); break;
            case ActivationFunction.Sigmoid: RowVectors.Map<SigmoidFunction>(x, y, count); break;
            case ActivationFunction.Tanh: RowVectors.Map<TanhFunction>(x, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    public static void ApplyGated(ActivationFunction function, float* gate, float* up, float* y, int count)
    {
        switch (function)
        {
            case ActivationFunction.Silu: RowVectors.MapGated<SiluFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluTanh: RowVectors.MapGated<GeluTanhFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluErf: RowVectors.MapGated<GeluErfFunction>(gate, up, y, count); break;
            case ActivationFunction.GeluQuick: RowVectors.MapGated<GeluQuickFunction>(gate, up, y, count); break;
            case ActivationFunction.Relu: RowVectors.MapGated<ReluFunction>(gate, up, y, count); break;
            case ActivationFunction.Sigmoid: RowVectors.MapGated<SigmoidFunction>(gate, up, y, count); break;
            case ActivationFunction.Tanh: RowVectors.MapGated<TanhFunction>(gate, up, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }
}

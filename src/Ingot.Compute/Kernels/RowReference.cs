namespace Ingot.Compute.Kernels;

/// <summary>Row operations one number at a time, in double precision where that is more exact: what the vector forms are tested against.</summary>
internal static unsafe class RowReference
{
    public static void RmsNorm(float* x, float* weight, float* y, int count, float epsilon)
    {
        double squares = 0;
        for (int i = 0; i < count; i++) squares += (double)x[i] * x[i];
        float factor = (float)(1 / Math.Sqrt((squares / count) + epsilon));
        for (int i = 0; i < count; i++) y[i] = x[i] * factor * weight[i];
    }

    public static void LayerNorm(float* x, float* weight, float* bias, float* y, int count, float epsilon)
    {
        double sum = 0, squares = 0;
        for (int i = 0; i < count; i++) sum += x[i];
        double mean = sum / count;
        for (int i = 0; i < count; i++) squares += (x[i] - mean) * (x[i] - mean);
        double factor = 1 / Math.Sqrt((squares / count) + epsilon);
        for (int i = 0; i < count; i++)
            y[i] = ((float)((x[i] - mean) * factor) * weight[i]) + (bias == null ? 0 : bias[i]);
    }

    public static void Add(float* x, float* addend, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = x[i] + addend[i];
    }

    public static void Multiply(float* x, float* factor, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = x[i] * factor[i];
    }

    public static void Scale(float* x, float factor, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = x[i] * factor;
    }

    public static void Apply(ActivationFunction function, float* x, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = (float)Value(function, x[i]);
    }

    public static void ApplyGated(ActivationFunction function, float* gate, float* up, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = (float)Value(function, gate[i]) * up[i];
    }

    public static void Softcap(float* x, float cap, float* y, int count)
    {
        for (int i = 0; i < count; i++) y[i] = (float)(cap * Math.Tanh(x[i] / (double)cap));
    }

    public static void Softmax(float* x, float* y, int count)
    {
        float largest = x[0];
        for (int i = 1; i < count; i++) largest = MathF.Max(largest, x[i]);
        double sum = 0;
        for (int i = 0; i < count; i++) sum += Math.Exp((double)x[i] - largest);
        for (int i = 0; i < count; i++) y[i] = (float)(Math.Exp((double)x[i] - largest) / sum);
    }

    public static double Value(ActivationFunction function, double x) => function switch
    {
        ActivationFunction.Silu => x * Sigmoid(x),
        ActivationFunction.GeluTanh => x * Sigmoid(2 * 0.7978845608028654 * (x + (0.044715 * x * x * x))),
        ActivationFunction.GeluErf => 0.5 * x * OnePlusErf(x / Math.Sqrt(2)),
        ActivationFunction.GeluQuick => x * Sigmoid(1.702 * x),
        ActivationFunction.Relu => Math.Max(x, 0),
        ActivationFunction.Sigmoid => Sigmoid(x),
        ActivationFunction.Tanh => Math.Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>1 + erf(x), by erf's Taylor series near zero and its complement's continued fraction further out; about 1e-12.</summary>
    private static double OnePlusErf(double x)
    {
        double size = Math.Abs(x);
        if (size < 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; n < 100; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 + (sum * 2 / Math.Sqrt(Math.PI));
        }

        double fraction = size;
        for (int n = 60; n >= 1; n--) fraction = size + (n / 2.0 / fraction);
        double complement = Math.Exp(-size * size) / (fraction * Math.Sqrt(Math.PI));
        return x < 0 ? complement : 2 - complement;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

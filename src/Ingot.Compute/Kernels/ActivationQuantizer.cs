using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels;

/// <summary>Rows of floats to 8-bit codes, scales and sums per group of 32.</summary>
internal static unsafe class ActivationQuantizer
{
    private const int Group = Activations.GroupSize;

    public static void QuantizeRow(float* x, int count, sbyte* codes, float* scales, int* sums, KernelForm form)
    {
        int whole = count / Group;
        for (int g = 0; g < whole; g++) QuantizeGroup(x + (g * Group), Group, codes + (g * Group), scales + g, sums + g);
        if (count % Group != 0)
            QuantizeGroup(x + (whole * Group), count % Group, codes + (whole * Group), scales + whole, sums + whole);
    }

    private static void QuantizeGroup(float* x, int count, sbyte* codes, float* scale, int* sum)
    {
        float largest = 0;
        for (int i = 0; i < count; i++) largest = MathF.Max(largest, MathF.Abs(x[i]));
        float step = largest / 127f;
        // A group of zeros, or of numbers so small that the inverse overflows, is zero.
        float inverse = step > 1e-37f ? 1f / step : 0f;
        int total = 0;
        for (int i = 0; i < Group; i++)
        {
            int code = i < count ? (int)MathF.Round(x[i] * inverse) : 0;
            codes[i] = (sbyte)code;
            total += code;
        }

        *scale = inverse == 0 && step <= 1e-37f ? 0 : step;
        *sum = total;
    }
}

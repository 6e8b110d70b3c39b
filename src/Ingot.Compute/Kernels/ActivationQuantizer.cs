using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingot.Compute.Kernels;

/// <summary>Rows of floats to 8-bit codes, scales and sums per group of 32.</summary>
internal static unsafe class ActivationQuantizer
{
    private const int Group = Activations.GroupSize;

    // A group whose step is smaller is taken as zeros: the inverse would overflow.
    private const float SmallestStep = 1e-37f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void QuantizeRow(float* x, int count, ActivationRows target, KernelForm form)
    {
        float* last = stackalloc float[Group];
        for (int k = 0; k < count; k += Group, target.NextGroup())
        {
            float* source = x + k;
            if (count - k < Group)
            {
                for (int i = 0; i < Group; i++) last[i] = k + i < count ? source[i] : 0;
                source = last;
            }

            if (form >= KernelForm.Vector256) QuantizeGroup256(source, target);
            else if (form == KernelForm.Vector128) QuantizeGroup128(source, target);
            else QuantizeGroup(source, target);
        }
    }

    private static void QuantizeGroup(float* x, ActivationRows target)
    {
        float largest = 0;
        for (int i = 0; i < Group; i++) largest = MathF.Max(largest, MathF.Abs(x[i]));
        float step = largest / 127f;
        float inverse = Inverse(step);
        int firstTwo = 0, lastTwo = 0;
        for (int i = 0; i < Group; i++)
        {
            int code = (int)MathF.Round(x[i] * inverse);
            target.Codes[i] = (sbyte)code;
            if (i % 4 < 2) firstTwo += code;
            else lastTwo += code;
        }

        *target.Scales = step;
        target.SetSums(firstTwo, lastTwo);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeGroup256(float* x, ActivationRows target)
    {
        Vector256<float> a = Vector256.Load(x), b = Vector256.Load(x + 8), c = Vector256.Load(x + 16), d = Vector256.Load(x + 24);
        Vector256<float> largest8 = Avx.Max(Avx.Max(Vector256.Abs(a), Vector256.Abs(b)), Avx.Max(Vector256.Abs(c), Vector256.Abs(d)));
        Vector128<float> largest4 = Sse.Max(largest8.GetLower(), largest8.GetUpper());
        largest4 = Sse.Max(largest4, Sse.MoveHighToLow(largest4, largest4));
        float step = MathF.Max(largest4.GetElement(0), largest4.GetElement(1)) / 127f;

        // The instruction for the larger one takes the other one for what is not a number; that has to stay none, for it to be noticed in the logits.
        Vector256<float> isNone = Avx.CompareUnordered(a, b) | Avx.CompareUnordered(c, d);
        if (!Avx.TestZ(isNone, isNone)) step = float.NaN;
        Vector256<float> inverse = Vector256.Create(Inverse(step));

        // Conversion rounds to nearest, ties to even, as the scalar form does. Packing keeps 128-bit halves apart, put right by the permutation.
        Vector256<short> ab = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(a * inverse), Avx.ConvertToVector256Int32(b * inverse));
        Vector256<short> cd = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(c * inverse), Avx.ConvertToVector256Int32(d * inverse));
        Vector256<int> order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        Avx2.PermuteVar8x32(Avx2.PackSignedSaturate(ab, cd).AsInt32(), order).AsSByte().Store(target.Codes);
        *target.Scales = step;

        // Pairs of places take turns in every form the codes had on the way.
        Vector256<int> pairs = Avx2.MultiplyAddAdjacent(ab + cd, Vector256.Create((short)1));
        Vector128<int> sums = pairs.GetLower() + pairs.GetUpper();
        sums += Vector128.Shuffle(sums, Vector128.Create(2, 3, 0, 1));
        target.SetSums(sums.ToScalar(), sums.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuantizeGroup128(float* x, ActivationRows target)
    {
        Vector128<float> largest4 = default;
        for (int i = 0; i < Group; i += 4) largest4 = Vector128.Max(largest4, Vector128.Abs(Vector128.Load(x + i)));
        float largest = MathF.Max(MathF.Max(largest4[0], largest4[1]), MathF.Max(largest4[2], largest4[3]));
        float step = largest / 127f;
        Vector128<float> inverse = Vector128.Create(Inverse(step));
        Vector128<int> sum = default;
        for (int i = 0; i < Group; i += 8)
        {
            Vector128<int> low = Vector128.ConvertToInt32(Vector128.Round(Vector128.Load(x + i) * inverse));
            Vector128<int> high = Vector128.ConvertToInt32(Vector128.Round(Vector128.Load(x + i + 4) * inverse));
            sum += low + high;
            Vector128<short> codes = Vector128.Narrow(low, high);
            *(long*)(target.Codes + i) = Vector128.Narrow(codes, codes).AsInt64().ToScalar();
        }

        *target.Scales = step;
        target.SetSums(sum.ToScalar() + sum.GetElement(1), sum.GetElement(2) + sum.GetElement(3));
    }

    private static float Inverse(float step) => step > SmallestStep ? 1f / step : 0f;
}

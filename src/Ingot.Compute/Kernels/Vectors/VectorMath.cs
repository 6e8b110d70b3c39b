using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>
/// Functions of 8 floats at a time, some of 16, relative error at most about 3e-7 (measured against double precision by the tests). On machines with
/// 128-bit vectors only, the runtime does them in two halves.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two pieces, so that n · ln 2 is taken from x without rounding away what is left.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e to the x; 0 below −87.3, the largest finite power above 88.3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> bounded = Vector256.Min(Vector256.Max(x, Vector256.Create(-87.3f)), Vector256.Create(88.3f));
        Vector256<float> n = Vector256.Floor(MulAdd(bounded, Log2E, Vector256.Create(0.5f)));
        Vector256<float> r = MulAdd(n, -Ln2Low, MulAdd(n, -Ln2High, bounded));
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = MulAdd(p, r, 1.3981999507e-3f);
        p = MulAdd(p, r, 8.3334519073e-3f);
        p = MulAdd(p, r, 4.1665795894e-2f);
        p = MulAdd(p, r, 1.6666665459e-1f);
        p = MulAdd(p, r, 5.0000001201e-1f);
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        Vector256<float> power = Vector256.ShiftLeft(Vector256.ConvertToInt32(n) + Vector256.Create(127), 23).AsSingle();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-87.3f)), Vector256<float>.Zero, p * power);
    }

    /// <summary>The same of 16 floats: the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> bounded = Vector512.Min(Vector512.Max(x, Vector512.Create(-87.3f)), Vector512.Create(88.3f));
        Vector512<float> n = Vector512.Floor(Vector512.MultiplyAddEstimate(bounded, Vector512.Create(Log2E), Vector512.Create(0.5f)));
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2High), bounded);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2Low), r);
        Vector512<float> p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.MultiplyAddEstimate(p, r * r, r) + Vector512<float>.One;
        Vector512<float> power = Vector512.ShiftLeft(Vector512.ConvertToInt32(n) + Vector512.Create(127), 23).AsSingle();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87.3f)), Vector512<float>.Zero, p * power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>Near zero by a polynomial, which keeps the relative error small; further out from the exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> size = Vector256.Abs(x);
        Vector256<float> square = x * x;
        Vector256<float> p = Vector256.Create(-5.70498872745e-3f);
        p = MulAdd(p, square, 2.06390887954e-2f);
        p = MulAdd(p, square, -5.37397155531e-2f);
        p = MulAdd(p, square, 1.33314422036e-1f);
        p = MulAdd(p, square, -3.33332819422e-1f);
        Vector256<float> near = Vector256.MultiplyAddEstimate(p, square * x, x);
        Vector256<float> far = Vector256<float>.One - (Vector256.Create(2f) / (Exp(size + size) + Vector256<float>.One));
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(0.625f)), near, Vector256.CopySign(far, x));
    }

    /// <summary>1 + erf(x), with a small relative error for negative x too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> OnePlusErf(Vector256<float> x)
    {
        Vector256<float> size = Vector256.Abs(x);
        Vector256<float> square = x * x;
        Vector256<float> p = Vector256.Create(7.853861353153693e-5f);
        p = MulAdd(p, square, -8.010193625184903e-4f);
        p = MulAdd(p, square, 5.188327685732524e-3f);
        p = MulAdd(p, square, -2.685381193529856e-2f);
        p = MulAdd(p, square, 1.128358514861418e-1f);
        p = MulAdd(p, square, -3.761262582423300e-1f);
        p = MulAdd(p, square, 1.128379165726710f);
        Vector256<float> near = Vector256.MultiplyAddEstimate(p, x, Vector256<float>.One);

        Vector256<float> complement = Complement(Vector256.Min(Vector256.Max(size, Vector256<float>.One), Vector256.Create(10f)));
        Vector256<float> far = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), complement, Vector256.Create(2f) - complement);
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256<float>.One), near, far);
    }

    // 1 − erf(x) for x from 1 to 10 (where it has vanished): exp(−x²) / x times a polynomial in 1 / x².
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Complement(Vector256<float> x)
    {
        Vector256<float> inverse = Vector256<float>.One / x;
        Vector256<float> q = inverse * inverse;
        Vector256<float> p = Vector256.Create(2.326819970068386e-2f);
        p = MulAdd(p, q, -1.387039388740657e-1f);
        p = MulAdd(p, q, 3.687424674597105e-1f);
        p = MulAdd(p, q, -5.824733027278666e-1f);
        p = MulAdd(p, q, 6.210004621745983e-1f);
        p = MulAdd(p, q, -4.944515323274145e-1f);
        p = MulAdd(p, q, 3.404879937665872e-1f);
        p = MulAdd(p, q, -2.741127028184656e-1f);
        p = MulAdd(p, q, 5.638259427386472e-1f);
        Vector256<float> r = Vector256.Create(-1.047766399936249e+1f);
        r = MulAdd(r, q, 1.297719955372516e+1f);
        r = MulAdd(r, q, -7.495518717768503f);
        r = MulAdd(r, q, 2.921019019210786f);
        r = MulAdd(r, q, -1.015265279202700f);
        r = MulAdd(r, q, 4.218463358204948e-1f);
        r = MulAdd(r, q, -2.820767439740514e-1f);
        r = MulAdd(r, q, 5.641895067754075e-1f);
        Vector256<float> polynomial = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(2f)), p, r);

        // x² in two pieces: its rounding error would be multiplied by the exponent's size.
        Vector256<float> square = x * x;
        Vector256<float> lost = Vector256.MultiplyAddEstimate(x, x, -square);
        Vector256<float> power = Exp(-square);
        return (power - (power * lost)) * inverse * polynomial;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MulAdd(Vector256<float> a, Vector256<float> b, float c) => Vector256.MultiplyAddEstimate(a, b, Vector256.Create(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MulAdd(Vector256<float> a, float b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, Vector256.Create(b), c);
}

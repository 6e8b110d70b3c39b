using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels.Vectors;

/// <summary>Functions of neighbouring floats, relative error at most about 3e-7 (measured against double precision by the tests), the same bits in every form.</summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two pieces, so that n · ln 2 is taken from x without rounding away what is left.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e to the x; 0 below −87.3, the largest finite power above 88.3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T bounded = T.AtMost(T.AtLeast(x, -87.3f), 88.3f);
        T n = T.Floor(MulAdd(bounded, T.Create(Log2E), 0.5f));
        T r = T.MultiplyAdd(n, T.Create(-Ln2High), bounded);
        r = T.MultiplyAdd(n, T.Create(-Ln2Low), r);
        T p = T.Create(1.9875691500e-4f);
        p = MulAdd(p, r, 1.3981999507e-3f);
        p = MulAdd(p, r, 8.3334519073e-3f);
        p = MulAdd(p, r, 4.1665795894e-2f);
        p = MulAdd(p, r, 1.6666665459e-1f);
        p = MulAdd(p, r, 5.0000001201e-1f);
        p = T.MultiplyAdd(p, r * r, r) + T.Create(1);
        return T.SelectLess(x, T.Create(-87.3f), default, p * T.PowerOfTwo(n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : unmanaged, ILanes<T> => T.Create(1) / (T.Create(1) + Exp(-x));

    /// <summary>Near zero by a polynomial, which keeps the relative error small; further out from the exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T size = T.Abs(x);
        T square = x * x;
        T p = T.Create(-5.70498872745e-3f);
        p = MulAdd(p, square, 2.06390887954e-2f);
        p = MulAdd(p, square, -5.37397155531e-2f);
        p = MulAdd(p, square, 1.33314422036e-1f);
        p = MulAdd(p, square, -3.33332819422e-1f);
        T near = T.MultiplyAdd(p, square * x, x);
        T far = T.Create(1) - (T.Create(2) / (Exp(size + size) + T.Create(1)));
        return T.SelectLess(size, T.Create(0.625f), near, T.CopySign(far, x));
    }

    /// <summary>1 + erf(x), with a small relative error for negative x too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OnePlusErf<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T size = T.Abs(x);
        T square = x * x;
        T p = T.Create(7.853861353153693e-5f);
        p = MulAdd(p, square, -8.010193625184903e-4f);
        p = MulAdd(p, square, 5.188327685732524e-3f);
        p = MulAdd(p, square, -2.685381193529856e-2f);
        p = MulAdd(p, square, 1.128358514861418e-1f);
        p = MulAdd(p, square, -3.761262582423300e-1f);
        p = MulAdd(p, square, 1.128379165726710f);
        T near = T.MultiplyAdd(p, x, T.Create(1));

        T complement = Complement(T.AtMost(T.AtLeast(size, 1), 10));
        T far = T.SelectLess(x, default, complement, T.Create(2) - complement);
        return T.SelectLess(size, T.Create(1), near, far);
    }

    // 1 − erf(x) for x from 1 to 10 (where it has vanished): exp(−x²) / x times a polynomial in 1 / x².
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Complement<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        T inverse = T.Create(1) / x;
        T q = inverse * inverse;
        T p = T.Create(2.326819970068386e-2f);
        p = MulAdd(p, q, -1.387039388740657e-1f);
        p = MulAdd(p, q, 3.687424674597105e-1f);
        p = MulAdd(p, q, -5.824733027278666e-1f);
        p = MulAdd(p, q, 6.210004621745983e-1f);
        p = MulAdd(p, q, -4.944515323274145e-1f);
        p = MulAdd(p, q, 3.404879937665872e-1f);
        p = MulAdd(p, q, -2.741127028184656e-1f);
        p = MulAdd(p, q, 5.638259427386472e-1f);
        T r = T.Create(-1.047766399936249e+1f);
        r = MulAdd(r, q, 1.297719955372516e+1f);
        r = MulAdd(r, q, -7.495518717768503f);
        r = MulAdd(r, q, 2.921019019210786f);
        r = MulAdd(r, q, -1.015265279202700f);
        r = MulAdd(r, q, 4.218463358204948e-1f);
        r = MulAdd(r, q, -2.820767439740514e-1f);
        r = MulAdd(r, q, 5.641895067754075e-1f);
        T polynomial = T.SelectLess(x, T.Create(2), p, r);

        // x² in two pieces: its rounding error would be multiplied by the exponent's size.
        T square = x * x;
        T lost = T.MultiplyAdd(x, x, -square);
        T power = Exp(-square);
        return (power - (power * lost)) * inverse * polynomial;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T MulAdd<T>(T a, T b, float c)
        where T : unmanaged, ILanes<T> => T.MultiplyAdd(a, b, T.Create(c));
}

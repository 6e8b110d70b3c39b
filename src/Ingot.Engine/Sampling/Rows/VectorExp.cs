using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Engine.Sampling.Rows;

/// <summary>
/// Powers of e, of numbers not above 0, in single precision throughout: the library's goes by way of doubles, which takes several times as long
/// over a whole vocabulary. Right to about 1e-7 of the power; what is too small for a normal number is 0.
/// </summary>
/// <remarks>
/// The kernels of Compute have a power of e of their own, for numbers of any size, which this room does not know. Not above 0 it takes more
/// instructions and gives the same bits but for nine of the 1.1 billion floats from -100 to 0 (all looked at): with it, what a seed draws could change.
/// </remarks>
internal static class VectorExp
{
    private const float Lowest = -87.3f;
    private const float PerPowerOfTwo = 1.44269504f;
    private const float Ln2 = 0.693359375f;
    private const float Ln2Rest = -2.12194440e-4f;

    // Adding it leaves a whole number in the lowest bits.
    private const float Rounder = 12582912f;
    private const int ExponentBit = 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(PerPowerOfTwo), Vector256.Create(Rounder));
        Vector256<float> whole = shifted - Vector256.Create(Rounder);
        Vector256<float> r = Vector256.MultiplyAddEstimate(whole, Vector256.Create(-Ln2), x);
        r = Vector256.MultiplyAddEstimate(whole, Vector256.Create(-Ln2Rest), r);
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        Vector256<int> power = p.AsInt32() + Vector256.ShiftLeft(shifted.AsInt32(), ExponentBit);
        return (power & Vector256.GreaterThan(x, Vector256.Create(Lowest)).AsInt32()).AsSingle();
    }

    /// <summary>The same of 16 floats: the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(PerPowerOfTwo), Vector512.Create(Rounder));
        Vector512<float> whole = shifted - Vector512.Create(Rounder);
        Vector512<float> r = Vector512.MultiplyAddEstimate(whole, Vector512.Create(-Ln2), x);
        r = Vector512.MultiplyAddEstimate(whole, Vector512.Create(-Ln2Rest), r);
        Vector512<float> p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.MultiplyAddEstimate(p, r * r, r) + Vector512<float>.One;
        Vector512<int> power = p.AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), ExponentBit);
        return (power & Vector512.GreaterThan(x, Vector512.Create(Lowest)).AsInt32()).AsSingle();
    }

    /// <summary>
    /// The same of 64 floats, the four vectors side by side: each step of one needs the step before, and the processor does not look far enough
    /// ahead to fill the waits with a vector that comes after.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfEach(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> perPower = Vector512.Create(PerPowerOfTwo), rounder = Vector512.Create(Rounder);
        Vector512<float> shiftedA = Vector512.MultiplyAddEstimate(a, perPower, rounder), shiftedB = Vector512.MultiplyAddEstimate(b, perPower, rounder);
        Vector512<float> shiftedC = Vector512.MultiplyAddEstimate(c, perPower, rounder), shiftedD = Vector512.MultiplyAddEstimate(d, perPower, rounder);
        Vector512<float> wholeA = shiftedA - rounder, wholeB = shiftedB - rounder, wholeC = shiftedC - rounder, wholeD = shiftedD - rounder;
        Vector512<float> rA = a, rB = b, rC = c, rD = d;
        AddProduct(ref rA, ref rB, ref rC, ref rD, wholeA, wholeB, wholeC, wholeD, -Ln2);
        AddProduct(ref rA, ref rB, ref rC, ref rD, wholeA, wholeB, wholeC, wholeD, -Ln2Rest);
        Vector512<float> pA = Vector512.Create(1.9875691500e-4f), pB = pA, pC = pA, pD = pA;
        MultiplyAdd(ref pA, ref pB, ref pC, ref pD, rA, rB, rC, rD, 1.3981999507e-3f);
        MultiplyAdd(ref pA, ref pB, ref pC, ref pD, rA, rB, rC, rD, 8.3334519073e-3f);
        MultiplyAdd(ref pA, ref pB, ref pC, ref pD, rA, rB, rC, rD, 4.1665795894e-2f);
        MultiplyAdd(ref pA, ref pB, ref pC, ref pD, rA, rB, rC, rD, 1.6666665459e-1f);
        MultiplyAdd(ref pA, ref pB, ref pC, ref pD, rA, rB, rC, rD, 5.0000001201e-1f);
        pA = Vector512.MultiplyAddEstimate(pA, rA * rA, rA);
        pB = Vector512.MultiplyAddEstimate(pB, rB * rB, rB);
        pC = Vector512.MultiplyAddEstimate(pC, rC * rC, rC);
        pD = Vector512.MultiplyAddEstimate(pD, rD * rD, rD);
        a = Power(a, pA, shiftedA);
        b = Power(b, pB, shiftedB);
        c = Power(c, pC, shiftedC);
        d = Power(d, pD, shiftedD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Power(Vector512<float> x, Vector512<float> p, Vector512<float> shifted)
    {
        Vector512<int> power = (p + Vector512<float>.One).AsInt32() + Vector512.ShiftLeft(shifted.AsInt32(), ExponentBit);
        return (power & Vector512.GreaterThan(x, Vector512.Create(Lowest)).AsInt32()).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(
        ref Vector512<float> pA, ref Vector512<float> pB, ref Vector512<float> pC, ref Vector512<float> pD,
        Vector512<float> rA, Vector512<float> rB, Vector512<float> rC, Vector512<float> rD, float next)
    {
        Vector512<float> addend = Vector512.Create(next);
        pA = Vector512.MultiplyAddEstimate(pA, rA, addend);
        pB = Vector512.MultiplyAddEstimate(pB, rB, addend);
        pC = Vector512.MultiplyAddEstimate(pC, rC, addend);
        pD = Vector512.MultiplyAddEstimate(pD, rD, addend);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(
        ref Vector512<float> rA, ref Vector512<float> rB, ref Vector512<float> rC, ref Vector512<float> rD,
        Vector512<float> wholeA, Vector512<float> wholeB, Vector512<float> wholeC, Vector512<float> wholeD, float by)
    {
        Vector512<float> factor = Vector512.Create(by);
        rA = Vector512.MultiplyAddEstimate(wholeA, factor, rA);
        rB = Vector512.MultiplyAddEstimate(wholeB, factor, rB);
        rC = Vector512.MultiplyAddEstimate(wholeC, factor, rC);
        rD = Vector512.MultiplyAddEstimate(wholeD, factor, rD);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Engine.Sampling;

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
}

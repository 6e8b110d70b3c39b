using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingot.Compute.Kernels;

/// <summary>Rotary position embedding: turns pairs of a head's numbers by angles that grow with the position.</summary>
public static unsafe class Rotary
{
    /// <summary>Turns some neighbouring heads of one row in place.</summary>
    /// <param name="heads">[headCount, headSize].</param>
    /// <param name="headCount">How many heads, 0 or more.</param>
    /// <param name="headSize">Numbers in a head.</param>
    /// <param name="rotaryCount">How many of a head's first numbers are turned: even, at most <paramref name="headSize"/>; the rest stay.</param>
    /// <param name="cosines">The row's position's cosines, [rotaryCount / 2].</param>
    /// <param name="sines">The row's position's sines, [rotaryCount / 2].</param>
    /// <param name="interleaved">True: pairs are neighbours (2i, 2i + 1). False: pairs are (i, i + rotaryCount / 2).</param>
    public static void Apply(float* heads, int headCount, int headSize, int rotaryCount, float* cosines, float* sines, bool interleaved)
    {
        int half = rotaryCount / 2;
        for (int head = 0; head < headCount; head++, heads += headSize)
        {
            if (interleaved) RotaryReference.Turn(heads, 0, half, half, cosines, sines, interleaved);
            else TurnHalves(heads, half, cosines, sines);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnHalves(float* head, int half, float* cosines, float* sines)
    {
        int i = 0;
        for (; i <= half - 8; i += 8)
        {
            Vector256<float> a = Vector256.Load(head + i), b = Vector256.Load(head + half + i);
            Vector256<float> cosine = Vector256.Load(cosines + i), sine = Vector256.Load(sines + i);
            ((a * cosine) - (b * sine)).Store(head + i);
            ((b * cosine) + (a * sine)).Store(head + half + i);
        }

        RotaryReference.Turn(head, i, half, half, cosines, sines, false);
    }
}

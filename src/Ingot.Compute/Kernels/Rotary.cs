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
        for (int head = 0; head < headCount; head++) RotaryReference.Turn(heads + ((long)head * headSize), rotaryCount / 2, cosines, sines, interleaved);
    }
}

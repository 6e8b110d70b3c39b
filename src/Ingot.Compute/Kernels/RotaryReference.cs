using System.Runtime.CompilerServices;

namespace Ingot.Compute.Kernels;

/// <summary>The rotation one pair at a time, of pairs from … to of half many.</summary>
internal static unsafe class RotaryReference
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* head, int from, int to, int half, float* cosines, float* sines, bool interleaved)
    {
        int step = interleaved ? 2 : 1;
        int distance = interleaved ? 1 : half;
        for (int i = from; i < to; i++)
        {
            float* first = head + (i * step);
            float a = *first, b = first[distance];
            *first = (a * cosines[i]) - (b * sines[i]);
            first[distance] = (b * cosines[i]) + (a * sines[i]);
        }
    }
}

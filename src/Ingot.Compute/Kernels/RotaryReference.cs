namespace Ingot.Compute.Kernels;

/// <summary>The rotation one pair at a time.</summary>
internal static unsafe class RotaryReference
{
    public static void Turn(float* head, int half, float* cosines, float* sines, bool interleaved)
    {
        int step = interleaved ? 2 : 1;
        int distance = interleaved ? 1 : half;
        for (int i = 0; i < half; i++)
        {
            float* first = head + (i * step);
            float a = *first, b = first[distance];
            *first = (a * cosines[i]) - (b * sines[i]);
            first[distance] = (b * cosines[i]) + (a * sines[i]);
        }
    }
}

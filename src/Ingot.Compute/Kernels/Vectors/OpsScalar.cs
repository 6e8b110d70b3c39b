namespace Ingot.Compute.Kernels.Vectors;

/// <summary>One output at a time.</summary>
internal readonly unsafe struct OpsScalar : IFloatOps<float>
{
    public static int Lanes => 1;

    public static float Load(float* source) => *source;

    public static float LoadHalf(ushort* source) => (float)*(Half*)source;

    public static float LoadBFloat16(ushort* source) => BitConverter.Int32BitsToSingle(*source << 16);

    public static float LoadSignedBytes(sbyte* source) => *source;

    public static void Store(float value, float* destination) => *destination = value;

    public static float Broadcast(float value) => value;

    public static float Multiply(float a, float b) => a * b;

    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);
}

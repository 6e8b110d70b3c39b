using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>Matrices with random weights of any kind.</summary>
internal static unsafe class RandomWeights
{
    // Query, key and value; attention output; gate and up; down: of a model with 0.5 billion weights.
    private static readonly (int Outputs, int Inputs)[] LayerShapes = [(1152, 896), (896, 896), (9728, 896), (896, 4864)];

    public static IEnumerable<WeightMatrix> BlockQuantized(ThreadTeam team, int bits, int blockSize, int seed) =>
        LayerShapes.Select(shape => BlockQuantized(team, bits, blockSize, shape.Outputs, shape.Inputs, seed));

    public static IEnumerable<WeightMatrix> Floats(ThreadTeam team, ElementType type, int seed) =>
        LayerShapes.Select(shape => Floats(team, type, shape.Outputs, shape.Inputs, seed));

    public static WeightMatrix Floats(ThreadTeam team, ElementType type, int outputs, int inputs, int seed)
    {
        var random = new Random(seed);
        using var weights = new NativeBuffer<ushort>((long)outputs * inputs * (type == ElementType.Float32 ? 2 : 1));
        for (long i = 0; i < (long)outputs * inputs; i++)
        {
            float value = (random.NextSingle() - 0.5f) * 0.1f;
            if (type == ElementType.Float32) ((float*)weights.Pointer)[i] = value;
            else if (type == ElementType.Float16) ((Half*)weights.Pointer)[i] = (Half)value;
            else weights.Pointer[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        }

        return FloatMatrix.Pack(inputs, [new FloatPart { OutputCount = outputs, Weights = new SourceTensor(weights.Pointer, weights.Length * 2, type), Transposed = true }], team);
    }

    public static WeightMatrix BlockQuantized(ThreadTeam team, int bits, int blockSize, int outputs, int inputs, int seed)
    {
        var random = new Random(seed);
        int blocks = (inputs + blockSize - 1) / blockSize;
        using var codes = new NativeBuffer<byte>((long)outputs * blocks * blockSize * bits / 8);
        using var scales = new NativeBuffer<Half>((long)outputs * blocks);
        random.NextBytes(codes.Span);
        for (long i = 0; i < scales.Length; i++) scales.Pointer[i] = (Half)(0.001f + (random.NextSingle() * 0.01f));
        var part = new BlockQuantizedPart
        {
            OutputCount = outputs,
            Weights = new SourceTensor(codes.Pointer, codes.Length, ElementType.UInt8),
            Scales = new SourceTensor(scales.Pointer, scales.Length * 2, ElementType.Float16),
        };
        return BlockQuantizedMatrix.Pack(bits, blockSize, inputs, [part], team);
    }
}

using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>Matrices with random weights of any kind.</summary>
internal static unsafe class RandomWeights
{
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

using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Kernels;

/// <summary>Random block-quantised weights in their source layout, and what they stand for.</summary>
internal sealed unsafe class QuantizedSample : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public QuantizedSample(int bits, int blockSize, int outputs, int inputs, ElementType scaleType, ElementType? zeroType, int seed = 1)
    {
        var random = new Random(seed);
        Bits = bits;
        BlockSize = blockSize;
        Outputs = outputs;
        Inputs = inputs;
        int blocks = (inputs + blockSize - 1) / blockSize;
        var codes = Bytes((long)outputs * blocks * blockSize * bits / 8);
        random.NextBytes(codes.Span);
        var scales = new NativeBuffer<float>(outputs * blocks);
        _owned.Add(scales);
        var halves = Bytes(scales.Length * 2);
        for (int i = 0; i < scales.Length; i++)
        {
            scales.Pointer[i] = (random.NextSingle() - 0.3f) * 0.02f;
            if (scaleType != ElementType.Float16) continue;
            ((Half*)halves.Pointer)[i] = (Half)scales.Pointer[i];
            scales.Pointer[i] = (float)((Half*)halves.Pointer)[i];
        }

        int zeroBytes = ((blocks * bits) + 7) / 8;
        var zeros = Bytes((long)outputs * Math.Max(zeroBytes, blocks * 4));
        if (zeroType == ElementType.UInt8) random.NextBytes(zeros.Span);
        else for (int i = 0; i < outputs * blocks; i++) ((float*)zeros.Pointer)[i] = (random.NextSingle() * 10) + 3;

        Part = new BlockQuantizedPart
        {
            OutputCount = outputs,
            Weights = new SourceTensor(codes.Pointer, codes.Length, ElementType.UInt8),
            Scales = scaleType == ElementType.Float16
                ? new SourceTensor(halves.Pointer, halves.Length, scaleType)
                : new SourceTensor(scales.Pointer, scales.Length * 4, scaleType),
            ZeroPoints = zeroType switch
            {
                null => null,
                ElementType.UInt8 => new SourceTensor(zeros.Pointer, outputs * zeroBytes, ElementType.UInt8),
                _ => new SourceTensor(zeros.Pointer, outputs * blocks * 4, ElementType.Float32),
            },
        };

        Weights = new float[outputs, inputs];
        for (int n = 0; n < outputs; n++)
        {
            for (int k = 0; k < inputs; k++)
            {
                int block = k / blockSize;
                byte* row = codes.Pointer + ((long)n * blocks * blockSize * bits / 8);
                int code = bits == 8 ? row[k] : (row[k / 2] >> (k % 2 * 4)) & 15;
                float zero = zeroType switch
                {
                    null => 1 << (bits - 1),
                    ElementType.UInt8 when bits == 8 => zeros.Pointer[(n * blocks) + block],
                    ElementType.UInt8 => (zeros.Pointer[(n * zeroBytes) + (block / 2)] >> (block % 2 * 4)) & 15,
                    _ => ((float*)zeros.Pointer)[(n * blocks) + block],
                };
                Weights[n, k] = (code - zero) * scales.Pointer[(n * blocks) + block];
            }
        }
    }

    public int Bits { get; }

    public int BlockSize { get; }

    public int Outputs { get; }

    public int Inputs { get; }

    public BlockQuantizedPart Part { get; }

    public float[,] Weights { get; }

    public BlockQuantizedMatrix Pack(NativeArena? arena = null) => BlockQuantizedMatrix.Pack(Bits, BlockSize, Inputs, [Part], team: null, arena);

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private NativeBuffer<byte> Bytes(long length)
    {
        var buffer = new NativeBuffer<byte>(length);
        _owned.Add(buffer);
        return buffer;
    }
}

using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class BlockQuantizedMatrixTests
{
    public static TheoryData<int, int, int, int, ElementType, ElementType?> Shapes
    {
        get
        {
            var data = new TheoryData<int, int, int, int, ElementType, ElementType?>();
            foreach (int bits in (int[])[4, 8])
                foreach (int block in (int[])[16, 32, 64, 128, 256])
                    foreach (ElementType? zero in (ElementType?[])[null, ElementType.UInt8, ElementType.Float32])
                    {
                        data.Add(bits, block, 48, 256, ElementType.Float16, zero);
                        data.Add(bits, block, 21, 304, ElementType.Float32, zero);
                        data.Add(bits, block, 5, 75, ElementType.Float16, zero);
                    }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Rows_read_back_are_the_sources_weights(int bits, int block, int outputs, int inputs, ElementType scales, ElementType? zeros)
    {
        using var sample = new QuantizedSample(bits, block, outputs, inputs, scales, zeros);
        using BlockQuantizedMatrix matrix = sample.Pack();
        var row = new float[inputs];
        for (int n = 0; n < outputs; n++)
        {
            fixed (float* destination = row) matrix.ReadRow(n, destination);
            for (int k = 0; k < inputs; k++) Assert.Equal(sample.Weights[n, k], row[k]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_are_near_those_of_the_dequantised_weights(int bits, int block, int outputs, int inputs, ElementType scales, ElementType? zeros)
    {
        using var sample = new QuantizedSample(bits, block, outputs, inputs, scales, zeros);
        using BlockQuantizedMatrix matrix = sample.Pack();
        using var rows = new RowSample(3, inputs);
        using var y = new NativeBuffer<float>(3 * outputs);
        matrix.Multiply(rows.View, 3, y.Pointer, outputs, 0, matrix.TileCount);
        for (int t = 0; t < 3; t++)
        {
            double error = 0, size = 0;
            for (int n = 0; n < outputs; n++)
            {
                double exact = 0;
                for (int k = 0; k < inputs; k++) exact += (double)sample.Weights[n, k] * rows.Floats[(t * inputs) + k];
                error += Math.Pow(exact - y.Pointer[(t * outputs) + n], 2);
                size += exact * exact;
            }

            Assert.InRange(Math.Sqrt(error / size), 0, 0.03);
        }
    }
}

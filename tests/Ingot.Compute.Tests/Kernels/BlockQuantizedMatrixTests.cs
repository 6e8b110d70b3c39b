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
                        data.Add(bits, block, 48, 672, ElementType.Float16, zero);
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

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_gives_the_references_bits_for_any_number_of_rows(int bits, int block, int outputs, int inputs, ElementType scales, ElementType? zeros)
    {
        const int Rows = 27;
        using var sample = new QuantizedSample(bits, block, outputs, inputs, scales, zeros);
        using BlockQuantizedMatrix matrix = sample.Pack();
        using var rows = new RowSample(Rows, inputs);
        float[] expected = Multiply(matrix, rows.View, Rows, KernelForm.Scalar);
        foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(form => form != KernelForm.Scalar && KernelForms.IsSupported(form)))
        {
            for (int count = 1; count <= Rows; count++) Assert.Equal(expected[..(count * outputs)], Multiply(matrix, rows.View, count, form));
        }

        for (int count = 1; count <= Rows; count++) Assert.Equal(expected[..(count * outputs)], Multiply(matrix, rows.View, count));
    }

    // So many inputs that the rows go through the tiles in stripes: 104 and then the rest.
    [Theory]
    [InlineData(4, null)]
    [InlineData(4, ElementType.UInt8)]
    [InlineData(4, ElementType.Float32)]
    [InlineData(8, null)]
    [InlineData(8, ElementType.UInt8)]
    [InlineData(8, ElementType.Float32)]
    public void Rows_beyond_what_the_cache_holds_have_the_references_bits(int bits, ElementType? zeros)
    {
        const int Inputs = 4864, Outputs = 36, Rows = 130;
        using var sample = new QuantizedSample(bits, 32, Outputs, Inputs, ElementType.Float16, zeros);
        using BlockQuantizedMatrix matrix = sample.Pack();
        using var rows = new RowSample(Rows, Inputs);
        float[] expected = Multiply(matrix, rows.View, Rows, KernelForm.Scalar);
        Assert.Equal(expected, Multiply(matrix, rows.View, Rows, KernelForms.Best));
        foreach (int count in (int[])[103, 104, 105, 111, 112, 129, 130])
            Assert.Equal(expected[..(count * Outputs)], Multiply(matrix, rows.View, count));
    }

    [Fact]
    public void Tiles_may_be_divided_anyhow_and_others_are_left_alone()
    {
        using var sample = new QuantizedSample(4, 32, 100, 64, ElementType.Float16, null);
        using BlockQuantizedMatrix matrix = sample.Pack();
        using var rows = new RowSample(3, 64);
        float[] whole = Multiply(matrix, rows.View, 3, KernelForms.Best);
        var divided = new float[3 * 104];
        Array.Fill(divided, float.NaN);
        fixed (float* y = divided)
        {
            matrix.Multiply(rows.View, 3, y, 104, 2, 5);
            Assert.All(Enumerable.Range(0, 3), t => Assert.True(float.IsNaN(divided[(t * 104) + 31]) && !float.IsNaN(divided[(t * 104) + 32])));
            matrix.Multiply(rows.View, 3, y, 104, 5, matrix.TileCount);
            matrix.Multiply(rows.View, 3, y, 104, 0, 2);
        }

        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(whole[(t * 100)..((t + 1) * 100)], divided[(t * 104)..((t * 104) + 100)]);
            Assert.All(divided[((t * 104) + 100)..((t + 1) * 104)], value => Assert.True(float.IsNaN(value)));
        }
    }

    private static float[] Multiply(WeightMatrix matrix, in Activations x, int rows)
    {
        var result = new float[rows * matrix.OutputCount];
        fixed (float* y = result) matrix.Multiply(x, rows, y, matrix.OutputCount, 0, matrix.TileCount);
        return result;
    }

    private static float[] Multiply(WeightMatrix matrix, in Activations x, int rows, KernelForm form)
    {
        var result = new float[rows * matrix.OutputCount];
        fixed (float* y = result) matrix.Multiply(x, rows, y, matrix.OutputCount, 0, matrix.TileCount, form);
        return result;
    }
}

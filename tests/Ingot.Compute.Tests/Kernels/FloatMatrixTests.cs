using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;
using Ingot.Errors;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class FloatMatrixTests
{
    public static TheoryData<ElementType, bool, int, int> Shapes
    {
        get
        {
            var data = new TheoryData<ElementType, bool, int, int>();
            foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.Float16, ElementType.BFloat16])
                foreach (bool transposed in (bool[])[false, true])
                {
                    data.Add(type, transposed, 32, 64);
                    data.Add(type, transposed, 21, 37);
                    data.Add(type, transposed, 40, 600);
                    data.Add(type, transposed, 1, 1);
                }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_form_gives_the_references_bits_for_any_number_of_rows(ElementType type, bool transposed, int outputs, int inputs)
    {
        const int Rows = 29;
        using NativeBuffer<byte> source = RandomFloats(type, outputs * inputs);
        using FloatMatrix matrix = FloatMatrix.Pack(inputs, [Part(source, type, outputs, transposed)]);
        using var rows = new RowSample(Rows, inputs);
        float[] expected = Multiply(matrix, rows.View, Rows, KernelForm.Scalar);
        foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
        {
            Assert.Equal(expected, Multiply(matrix, rows.View, Rows, form));
            for (int count = 1; count < Rows; count += 3) Assert.Equal(expected[..(count * outputs)], Multiply(matrix, rows.View, count, form));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Products_and_rows_are_those_of_the_source(ElementType type, bool transposed, int outputs, int inputs)
    {
        using NativeBuffer<byte> source = RandomFloats(type, outputs * inputs);
        BlockSourceCheck(source, type, transposed, outputs, inputs);
    }

    [Fact]
    public void Every_half_widens_exactly()
    {
        using var source = new NativeBuffer<byte>(65536 * 2);
        int count = 0;
        for (int bits = 0; bits < 65536; bits++)
            if (Half.IsFinite(BitConverter.UInt16BitsToHalf((ushort)bits))) ((ushort*)source.Pointer)[count++] = (ushort)bits;
        count = count / 16 * 16;
        using FloatMatrix matrix = FloatMatrix.Pack(1, [Part(source, ElementType.Float16, count, true)]);
        var one = stackalloc float[1] { 1 };
        using var buffer = new ActivationBuffer(1, 1);
        Activations x = buffer.View(one, 1, 1, 1);
        foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
        {
            float[] widened = Multiply(matrix, x, 1, form);
            for (int i = 0; i < count; i++) Assert.Equal((float)((Half*)source.Pointer)[i], widened[i]);
        }
    }

    [Fact]
    public void Parts_are_stacked_in_order()
    {
        using NativeBuffer<byte> first = RandomFloats(ElementType.Float32, 10 * 8), second = RandomFloats(ElementType.Float32, 9 * 8);
        using FloatMatrix matrix = FloatMatrix.Pack(8, [Part(first, ElementType.Float32, 10, true), Part(second, ElementType.Float32, 9, false)]);
        var row = stackalloc float[8];
        matrix.ReadRow(9, row);
        for (int k = 0; k < 8; k++) Assert.Equal(((float*)first.Pointer)[(9 * 8) + k], row[k]);
        matrix.ReadRow(10, row);
        for (int k = 0; k < 8; k++) Assert.Equal(((float*)second.Pointer)[k * 9], row[k]);
    }

    [Fact]
    public void A_source_that_is_too_short_is_refused()
    {
        using NativeBuffer<byte> source = RandomFloats(ElementType.Float32, 8);
        var part = new FloatPart { OutputCount = 3, Weights = new SourceTensor(source.Pointer, 32, ElementType.Float32) };
        Assert.Equal(ErrorCode.ModelInvalid, Assert.Throws<IngotException>(() => FloatMatrix.Pack(3, [part])).Code);
    }

    private static void BlockSourceCheck(NativeBuffer<byte> source, ElementType type, bool transposed, int outputs, int inputs)
    {
        var tensor = new SourceTensor(source.Pointer, source.Length, type);
        using FloatMatrix matrix = FloatMatrix.Pack(inputs, [Part(source, type, outputs, transposed)]);
        using var rows = new RowSample(1, inputs);
        float[] y = Multiply(matrix, rows.View, 1, KernelForms.Best);
        var row = new float[inputs];
        for (int n = 0; n < outputs; n++)
        {
            fixed (float* destination = row) matrix.ReadRow(n, destination);
            double exact = 0;
            for (int k = 0; k < inputs; k++)
            {
                float weight = tensor[transposed ? ((long)n * inputs) + k : ((long)k * outputs) + n];
                Assert.Equal(weight, row[k]);
                exact += (double)weight * rows.Floats[k];
            }

            Assert.Equal(exact, y[n], 1e-5);
        }
    }

    private static FloatPart Part(NativeBuffer<byte> source, ElementType type, int outputs, bool transposed) =>
        new() { OutputCount = outputs, Weights = new SourceTensor(source.Pointer, source.Length, type), Transposed = transposed };

    private static NativeBuffer<byte> RandomFloats(ElementType type, int count)
    {
        var random = new Random(count);
        var source = new NativeBuffer<byte>(count * (type == ElementType.Float32 ? 4 : 2));
        for (int i = 0; i < count; i++)
        {
            float value = (random.NextSingle() - 0.5f) * (i % 7 == 0 ? 1e-5f : 1);
            if (type == ElementType.Float32) ((float*)source.Pointer)[i] = value;
            else if (type == ElementType.Float16) ((Half*)source.Pointer)[i] = (Half)value;
            else ((ushort*)source.Pointer)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        }

        return source;
    }

    private static float[] Multiply(WeightMatrix matrix, in Activations x, int rows, KernelForm form)
    {
        var result = new float[rows * matrix.OutputCount];
        fixed (float* y = result) matrix.Multiply(x, rows, y, matrix.OutputCount, 0, matrix.TileCount, form);
        return result;
    }
}

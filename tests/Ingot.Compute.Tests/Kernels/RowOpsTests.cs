using Ingot.Compute.Kernels;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class RowOpsTests
{
    public static TheoryData<int> Counts => [1, 7, 8, 9, 16, 31, 896];

    private static IEnumerable<RowForm> Forms => Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported).Select(RowForm.Of);

    [Theory]
    [InlineData(ActivationFunction.Silu)]
    [InlineData(ActivationFunction.GeluTanh)]
    [InlineData(ActivationFunction.GeluErf)]
    [InlineData(ActivationFunction.GeluQuick)]
    [InlineData(ActivationFunction.Relu)]
    [InlineData(ActivationFunction.Sigmoid)]
    [InlineData(ActivationFunction.Tanh)]
    public void Functions_are_within_a_millionth_of_their_exact_value(ActivationFunction function)
    {
        const int Count = 40_001;
        var x = new float[Count];
        var y = new float[Count];
        for (int i = 0; i < Count; i++) x[i] = (i - 20_000) / 1000f * (i % 3 == 0 ? 0.05f : 1);
        double[] exact = [.. x.Select(value => RowReference.Value(function, value))];
        foreach (RowForm form in Forms)
        {
            fixed (float* source = x, target = y) form.Apply(function, source, target, Count);
            for (int i = 0; i < Count; i++)
            {
                // The exponent's own rounding grows with its size, which is about x².
                double tolerance = 1e-6 * (1 + (x[i] < -3 ? x[i] * x[i] / 8 : 0));
                Assert.True(Math.Abs(exact[i] - y[i]) <= (tolerance * Math.Abs(exact[i])) + 1e-36, $"{function}({x[i]}) is {y[i]}, not {exact[i]}");
            }
        }
    }

    [Fact]
    public void A_numbers_function_is_the_same_bits_wherever_in_the_row_it_stands()
    {
        const int Count = 45;
        float[] x = [.. Enumerable.Range(0, Count).Select(i => (i - 20) * 0.37f)], row = new float[Count];
        foreach (RowForm form in Forms)
        {
            foreach (ActivationFunction function in Enum.GetValues<ActivationFunction>())
            {
                fixed (float* source = x, target = row)
                {
                    form.Apply(function, source, target, Count);
                    for (int i = 0; i < Count; i++)
                    {
                        float alone;
                        form.Apply(function, source + i, &alone, 1);
                        Assert.Equal(alone, row[i]);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(ActivationFunction.Silu)]
    [InlineData(ActivationFunction.GeluTanh)]
    [InlineData(ActivationFunction.GeluErf)]
    [InlineData(ActivationFunction.Sigmoid)]
    [InlineData(ActivationFunction.Tanh)]
    public void Functions_stay_finite_far_out(ActivationFunction function)
    {
        float[] x = [-1e30f, -1000, -100, 100, 1000, 1e12f];
        var y = new float[x.Length];
        foreach (RowForm form in Forms)
        {
            fixed (float* source = x, target = y) form.Apply(function, source, target, x.Length);
            for (int i = 0; i < x.Length; i++) Assert.Equal(RowReference.Value(function, x[i]), y[i], Math.Abs(x[i]) * 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Rows_of_any_length_are_near_the_reference_in_every_form(int count)
    {
        float[] x = Row(count, 1), weight = Row(count, 2), bias = Row(count, 3);
        foreach (RowForm form in Forms)
        {
            Near(x, weight, bias, (a, b, c, y) => form.RmsNorm(a, b, y, count, 1e-6f), (a, b, c, y) => RowReference.RmsNorm(a, b, y, count, 1e-6f));
            Near(x, weight, bias, (a, b, c, y) => form.LayerNorm(a, b, c, y, count, 1e-5f), (a, b, c, y) => RowReference.LayerNorm(a, b, c, y, count, 1e-5f));
            Near(x, weight, bias, (a, b, c, y) => form.LayerNorm(a, b, null, y, count, 1e-5f), (a, b, c, y) => RowReference.LayerNorm(a, b, null, y, count, 1e-5f));
            Near(x, weight, bias, (a, b, c, y) => form.Add(a, b, y, count), (a, b, c, y) => RowReference.Add(a, b, y, count));
            Near(x, weight, bias, (a, b, c, y) => form.Multiply(a, b, y, count), (a, b, c, y) => RowReference.Multiply(a, b, y, count));
            Near(x, weight, bias, (a, b, c, y) => form.Scale(a, 0.3f, y, count), (a, b, c, y) => RowReference.Scale(a, 0.3f, y, count));
            Near(x, weight, bias, (a, b, c, y) => form.Softcap(a, 1.5f, y, count), (a, b, c, y) => RowReference.Softcap(a, 1.5f, y, count));
            Near(x, weight, bias, (a, b, c, y) => form.Softmax(a, y, count), (a, b, c, y) => RowReference.Softmax(a, y, count));
            foreach (ActivationFunction function in Enum.GetValues<ActivationFunction>())
            {
                Near(x, weight, bias, (a, b, c, y) => form.Apply(function, a, y, count), (a, b, c, y) => RowReference.Apply(function, a, y, count));
                Near(x, weight, bias, (a, b, c, y) => form.ApplyGated(function, a, b, y, count), (a, b, c, y) => RowReference.ApplyGated(function, a, b, y, count));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Every_form_gives_the_same_bits(int count)
    {
        float[] x = Row(count, 1), weight = Row(count, 2), bias = Row(count, 3);
        var swish = new SwishGate(1.7f, 1, 2.5f);
        Same(x, weight, bias, form => (a, b, c, y) => form.RmsNorm(a, b, y, count, 1e-6f));
        Same(x, weight, bias, form => (a, b, c, y) => form.LayerNorm(a, b, c, y, count, 1e-5f));
        Same(x, weight, bias, form => (a, b, c, y) => form.LayerNorm(a, b, null, y, count, 1e-5f));
        Same(x, weight, bias, form => (a, b, c, y) => form.Add(a, b, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.Multiply(a, b, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.Scale(a, 0.3f, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.Softcap(a, 1.5f, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.Softmax(a, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.SwishGate(swish, a, b, y, count));
        Same(x, weight, bias, form => (a, b, c, y) => form.AddScaled(b, 0.7f, y, count, isFirst: false));
        foreach (ActivationFunction function in Enum.GetValues<ActivationFunction>())
        {
            Same(x, weight, bias, form => (a, b, c, y) => form.Apply(function, a, y, count));
            Same(x, weight, bias, form => (a, b, c, y) => form.ApplyGated(function, a, b, y, count));
        }
    }

    [Fact]
    public void Skip_and_norm_together_are_both_in_turn()
    {
        const int Count = 50;
        float[] x = Row(Count, 1), addend = Row(Count, 2), weight = Row(Count, 3), sum = new float[Count], y = new float[Count], expected = new float[Count];
        fixed (float* a = x, b = addend, w = weight, s = sum, t = y, e = expected)
        {
            RowOps.AddRmsNorm(a, b, w, s, t, Count, 1e-6f);
            RowOps.RmsNorm(s, w, e, Count, 1e-6f);
        }

        Assert.Equal(expected, y);
        for (int i = 0; i < Count; i++) Assert.Equal(x[i] + addend[i], sum[i]);
    }

    [Fact]
    public void Softmax_of_hidden_scores_is_zero_there()
    {
        float[] x = [1, float.NegativeInfinity, 1, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity];
        fixed (float* row = x) RowOps.Softmax(row, row, x.Length);
        Assert.Equal([0.5f, 0, 0.5f, 0, 0, 0, 0, 0, 0], x);
    }

    [Theory]
    [InlineData(64, 64, false)]
    [InlineData(64, 64, true)]
    [InlineData(80, 32, false)]
    [InlineData(96, 36, false)]
    [InlineData(80, 20, true)]
    public void Rotary_turns_the_first_numbers_of_each_head(int headSize, int rotaryCount, bool interleaved)
    {
        const int Heads = 3;
        float[] heads = Row(Heads * headSize, 4), original = [.. heads];
        var angles = Enumerable.Range(0, rotaryCount / 2).Select(i => 0.1f + (i * 0.37f)).ToArray();
        float[] cosines = [.. angles.Select(MathF.Cos)], sines = [.. angles.Select(MathF.Sin)];
        fixed (float* row = heads, cosine = cosines, sine = sines) Rotary.Apply(row, Heads, headSize, rotaryCount, cosine, sine, interleaved);
        for (int head = 0; head < Heads; head++)
        {
            for (int i = 0; i < rotaryCount / 2; i++)
            {
                int first = (head * headSize) + (interleaved ? 2 * i : i), second = first + (interleaved ? 1 : rotaryCount / 2);
                Assert.Equal((original[first] * Math.Cos(angles[i])) - (original[second] * Math.Sin(angles[i])), heads[first], 1e-5);
                Assert.Equal((original[second] * Math.Cos(angles[i])) + (original[first] * Math.Sin(angles[i])), heads[second], 1e-5);
            }

            for (int i = rotaryCount; i < headSize; i++) Assert.Equal(original[(head * headSize) + i], heads[(head * headSize) + i]);
        }
    }

    private unsafe delegate void Operation(float* a, float* b, float* c, float* y);

    private static void Near(float[] x, float[] weight, float[] bias, Operation vector, Operation reference)
    {
        float[] actual = [.. x, float.NaN], expected = new float[x.Length];
        fixed (float* source = x, b = weight, c = bias, y = actual, e = expected)
        {
            vector(y, b, c, y);
            reference(source, b, c, e);
        }

        for (int i = 0; i < x.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6 + (Math.Abs(expected[i]) * 2e-6));
        Assert.True(float.IsNaN(actual[^1]));
    }

    private static void Same(float[] x, float[] weight, float[] bias, Func<RowForm, Operation> operation)
    {
        float[][] results = [.. Forms.Select(form => Run(operation(form)))];
        Assert.All(results, result => Assert.Equal(results[0], result));

        float[] Run(Operation ofForm)
        {
            float[] result = [.. x];
            fixed (float* b = weight, c = bias, y = result) ofForm(y, b, c, y);
            return result;
        }
    }

    private static float[] Row(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 6) - 3)];
    }
}

using Ingot.Compute.Kernels;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class ExpertActivationTests
{
    public static TheoryData<int> Counts => [1, 5, 8, 11, 16, 23, 96, 1447];

    private static IEnumerable<RowForm> Forms => Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported).Select(RowForm.Of);

    [Theory]
    [MemberData(nameof(Counts))]
    public void Bounded_gates_are_near_their_exact_value_in_every_form(int count)
    {
        float[] gate = Row(count, 1), up = Row(count, 2);
        foreach (SwishGate swish in (SwishGate[])[new(1.702f, 1, 3), new(1, 0, float.PositiveInfinity), new(0.5f, -0.25f, 0.1f)])
        {
            double[] exact = [.. gate.Zip(up, (g, l) => Exact(swish, g, l))];
            foreach (RowForm form in Forms)
            {
                float[] y = Run(gate, (target, _) =>
                {
                    fixed (float* ups = up) form.SwishGate(swish, target, ups, target, count);
                });
                for (int i = 0; i < count; i++)
                {
                    // What is lost where the ups all but cancel the offset is lost before the product.
                    double lost = Math.Abs(exact[i]) + (Math.Abs(gate[i]) * 0.25);
                    Assert.Equal(exact[i], y[i], (1e-6 * lost) + 1e-36);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Experts_results_are_added_by_their_weights_in_every_form(int count)
    {
        float[] x = Row(count, 3), sum = Row(count, 4);
        foreach (RowForm form in Forms)
        {
            Assert.Equal([.. x.Select(value => value * 0.37f)], Run(sum, (y, source) => form.AddScaled(source, 0.37f, y, count, isFirst: true), x));
            Assert.Equal([.. x.Zip(sum, (value, before) => before + (value * 0.37f))], Run(sum, (y, source) => form.AddScaled(source, 0.37f, y, count, isFirst: false), x));
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void A_plain_function_has_its_ups_multiplied_and_none_multiplies_alone(int count)
    {
        float[] gate = Row(count, 5), up = Row(count, 6);
        var silu = new ExpertActivation(ActivationFunction.Silu, null);
        var none = new ExpertActivation(null, null);
        double[] exact = [.. gate.Select(g => g / (1 + Math.Exp(-(double)g)))];
        float[] alone = Run(gate, (y, _) => silu.Apply(y, null, y, count)), gated = Run(gate, (y, ups) => silu.Apply(y, ups, y, count), up);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(exact[i], alone[i], 1e-6 * Math.Abs(exact[i]) * 3);
            Assert.Equal(alone[i] * up[i], gated[i]);
        }

        Assert.Equal([.. gate.Zip(up, (g, l) => g * l)], Run(gate, (y, ups) => none.Apply(y, ups, y, count), up));
        Assert.Equal(gate, Run(gate, (y, _) => none.Apply(y, null, y, count)));
    }

    private delegate void Operation(float* target, float* other);

    // In place, with a number behind the last that must stay.
    private static float[] Run(float[] start, Operation operation, float[]? other = null)
    {
        float[] result = [.. start, float.NaN];
        fixed (float* target = result, second = other) operation(target, second);
        Assert.True(float.IsNaN(result[^1]));
        return result[..^1];
    }

    private static double Exact(SwishGate swish, double gate, double up)
    {
        double g = Math.Min(gate, swish.Limit), l = Math.Clamp(up, -swish.Limit, swish.Limit);
        return g / (1 + Math.Exp(-swish.Alpha * g)) * (l + swish.Beta);
    }

    private static float[] Row(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 12) - 6)];
    }
}

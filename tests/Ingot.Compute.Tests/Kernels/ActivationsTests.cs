using System.Runtime.InteropServices;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class ActivationsTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(70)]
    [InlineData(1)]
    public void Codes_scales_and_sums_stand_for_the_row_in_every_form(int count)
    {
        var random = new Random(count);
        using var x = new NativeBuffer<float>(count);
        for (int i = 0; i < count; i++) x.Pointer[i] = (random.NextSingle() - 0.4f) * MathF.Pow(10, random.Next(-6, 6));
        int groups = (count + 31) / 32;
        using var codes = new NativeBuffer<sbyte>(groups * 32 * 8);
        using var scales = new NativeBuffer<float>(groups * 8);
        using var starts = new NativeBuffer<int>(groups * 8);
        using var halfStarts = new NativeBuffer<int>(groups * 8);
        foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
        {
            ActivationQuantizer.QuantizeRow(x.Pointer, count, new ActivationRows(codes.Pointer, scales.Pointer, starts.Pointer, halfStarts.Pointer), form);
            for (int g = 0; g < groups; g++)
            {
                sbyte* group = codes.Pointer + (g * 32 * 8);
                int sum = 0, firstTwo = 0;
                for (int i = 0; i < 32; i++)
                {
                    float value = (g * 32) + i < count ? x.Pointer[(g * 32) + i] : 0;
                    float step = scales.Pointer[g * 8];
                    Assert.InRange(Math.Abs((group[i] * step) - value), 0, step * 0.50001f);
                    sum += group[i];
                    if (i % 4 < 2) firstTwo += group[i];
                }

                Assert.Equal(-8 * sum, starts.Pointer[g * 8]);
                Assert.Equal(-8 * firstTwo, (short)halfStarts.Pointer[g * 8]);
                Assert.Equal(-8 * (sum - firstTwo), halfStarts.Pointer[g * 8] >> 16);
            }
        }
    }

    [Fact]
    public void Every_form_makes_the_same_codes()
    {
        const int Count = 32 * 40;
        var random = new Random(5);
        using var x = new NativeBuffer<float>(Count);
        for (int i = 0; i < Count; i++) x.Pointer[i] = random.NextSingle() - 0.5f;
        byte[] expected = Codes(x, KernelForm.Scalar);
        Assert.All(Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported), form => Assert.Equal(expected, Codes(x, form)));
    }

    [Fact]
    public void Zeros_and_numbers_too_small_to_scale_are_zero()
    {
        using var x = new NativeBuffer<float>(32);
        x.Pointer[3] = 1e-39f;
        byte[] codes = Codes(x, KernelForms.Best);
        Assert.All(codes[..32], code => Assert.Equal(0, code));
    }

    [Fact]
    public void What_is_not_a_number_makes_its_group_none_in_every_form_and_no_other_group()
    {
        const int Count = 96;
        using var x = new NativeBuffer<float>(Count);
        for (int place = 32; place < 64; place++)
        {
            for (int i = 0; i < Count; i++) x.Pointer[i] = i == place ? float.NaN : i - 40;
            foreach (KernelForm form in Enum.GetValues<KernelForm>().Where(KernelForms.IsSupported))
            {
                float[] scales = MemoryMarshal.Cast<byte, float>(Codes(x, form).AsSpan(Count * 8, 3 * 8 * sizeof(float))).ToArray();
                Assert.True(float.IsNaN(scales[8]), $"{form}, place {place}: {scales[8]}");
                Assert.True(float.IsFinite(scales[0]) && float.IsFinite(scales[16]));
            }
        }
    }

    private static byte[] Codes(NativeBuffer<float> x, KernelForm form)
    {
        int groups = (int)x.Length / 32;
        using var codes = new NativeBuffer<sbyte>(groups * 32 * 8);
        using var scales = new NativeBuffer<float>(groups * 8);
        using var starts = new NativeBuffer<int>(groups * 8);
        using var halfStarts = new NativeBuffer<int>(groups * 8);
        ActivationQuantizer.QuantizeRow(x.Pointer, (int)x.Length, new ActivationRows(codes.Pointer, scales.Pointer, starts.Pointer, halfStarts.Pointer), form);
        return [.. new Span<byte>(codes.Pointer, (int)codes.Length), .. new Span<byte>(scales.Pointer, (int)scales.Length * 4), .. new Span<byte>(starts.Pointer, (int)starts.Length * 4), .. new Span<byte>(halfStarts.Pointer, (int)halfStarts.Length * 4)];
    }
}

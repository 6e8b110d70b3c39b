using Ingot.Compute.Kernels;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class HalfScaleTests
{
    [Fact]
    public void Every_half_comes_back_from_its_float()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            Half half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (!Half.IsNaN(half)) Assert.Equal((ushort)bits, HalfScale.Narrow(BitConverter.SingleToUInt32Bits((float)half)));
        }
    }

    [Theory]
    [InlineData(1f, 40)]
    [InlineData(-65504f, 40)]
    [InlineData(6.1035156e-5f, 40)]
    [InlineData(1.0001f, 16)]
    [InlineData(65536f, 16)]
    [InlineData(6.1e-5f, 16)]
    [InlineData(float.NaN, 16)]
    [InlineData(float.PositiveInfinity, 16)]
    public void Floats_are_counted_up_to_the_eight_with_one_that_is_no_ordinary_half(float odd, int expected)
    {
        var floats = new float[43];
        Array.Fill(floats, 0.25f);
        floats[19] = odd;
        fixed (float* pointer = floats) Assert.Equal(expected, HalfScale.CountExact((byte*)pointer, floats.Length));
    }

    [Theory]
    [InlineData(100, 96)]
    [InlineData(3, 0)]
    [InlineData(40, 32)]
    public void Finite_halves_are_counted_by_whole_vectors(int at, int expected)
    {
        foreach (Half odd in (Half[])[Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity])
        {
            var halves = new Half[128];
            Array.Fill(halves, Half.MaxValue);
            halves[at] = odd;
            fixed (Half* pointer = halves) Assert.Equal(expected, HalfScale.CountFinite((byte*)pointer, halves.Length));
        }
    }
}

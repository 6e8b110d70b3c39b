using Ingot.Compute.Quantization;

namespace Ingot.Compiler.Tests.Quantization;

public sealed class BlockQuantizerTests
{
    [Theory]
    [InlineData(8, 16)]
    [InlineData(8, 32)]
    [InlineData(8, 128)]
    [InlineData(8, 256)]
    public void Eight_bits_are_within_half_a_step_of_every_weight(int bits, int blockSize)
    {
        var row = Row(blockSize * 3, seed: 1);
        var (restored, scales) = RoundTrip(row, bits, blockSize);
        for (var i = 0; i < row.Length; i++)
            Assert.InRange(MathF.Abs(restored[i] - row[i]), 0, (MathF.Abs(scales[i / blockSize]) * 0.5f) + 1e-6f);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(128)]
    public void Four_bits_are_never_worse_than_the_plain_scale(int blockSize)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var row = Row(blockSize, seed);
            var (restored, _) = RoundTrip(row, 4, blockSize);
            var plainScale = row.Max(MathF.Abs) / 7;
            var plain = row.Select(weight => Math.Clamp(MathF.Round(weight / plainScale), -8, 7) * plainScale);
            Assert.True(SquaredError(row, restored) <= SquaredError(row, plain) * 1.0001);
        }
    }

    [Fact]
    public void Four_bits_keep_normal_weights_to_a_tenth_of_their_size()
    {
        var row = Row(32 * 400, seed: 3);
        var (restored, _) = RoundTrip(row, 4, 32);
        var relative = Math.Sqrt(SquaredError(row, restored) / row.Sum(weight => (double)weight * weight));
        Assert.InRange(relative, 0.03, 0.085);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-1f)]
    public void The_largest_weight_goes_to_minus_eight_whatever_its_sign(float sign)
    {
        var row = new float[32];
        for (var i = 0; i < 16; i++) row[i] = -sign * (i % 8);
        row[31] = sign * 8;
        var (restored, scales) = RoundTrip(row, 4, 32);
        Assert.Equal(row, restored);
        Assert.Equal(-sign, MathF.Sign(scales[0]));
    }

    [Theory]
    [InlineData(4, 0x88)]
    [InlineData(8, 0x80)]
    public void A_block_without_weight_is_exactly_zero(int bits, byte middle)
    {
        var packed = new byte[32 * bits / 8];
        var scales = new float[] { 5 };
        BlockQuantizer.QuantizeRow([.. Enumerable.Repeat(float.Epsilon, 16), .. new float[16]], bits, 32, packed, scales);
        Assert.All(packed, value => Assert.Equal(middle, value));
        Assert.Equal(0, scales[0]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Scales_are_numbers_that_a_half_holds(int bits)
    {
        var (_, scales) = RoundTrip(Row(32 * 100, seed: 4), bits, 32);
        Assert.All(scales, scale => Assert.Equal(scale, (float)(Half)scale));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Tiny_weights_keep_scales_that_a_half_does_not_hold(int bits)
    {
        var tiny = Row(32, seed: 5).Select(weight => weight * 1e-7f).ToArray();
        var (restored, scales) = RoundTrip(tiny, bits, 32);
        Assert.NotEqual(scales[0], (float)(Half)scales[0]);
        Assert.InRange(Math.Sqrt(SquaredError(tiny, restored) / tiny.Sum(weight => (double)weight * weight)), 0, 0.1);
    }

    [Fact]
    public void The_first_of_two_weights_is_the_low_half_of_its_byte()
    {
        var row = new float[16];
        (row[0], row[1]) = (-8, 4);
        var packed = new byte[8];
        BlockQuantizer.QuantizeRow(row, 4, 16, packed, new float[1]);
        Assert.Equal(0xC0, packed[0]);
    }

    [Theory]
    [InlineData(1, 4, 32, 16)]
    [InlineData(32, 4, 32, 16)]
    [InlineData(33, 4, 32, 32)]
    [InlineData(896, 8, 128, 896)]
    public void A_row_takes_whole_blocks(int inputs, int bits, int blockSize, long bytes) =>
        Assert.Equal(bytes, BlockQuantizer.CountRowBytes(inputs, bits, blockSize));

    private static (float[] Restored, float[] Scales) RoundTrip(float[] row, int bits, int blockSize)
    {
        var packed = new byte[row.Length * bits / 8];
        var scales = new float[row.Length / blockSize];
        BlockQuantizer.QuantizeRow(row, bits, blockSize, packed, scales);
        var restored = new float[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            var integer = bits == 8 ? packed[i] - 128 : ((packed[i / 2] >> (i % 2 * 4)) & 15) - 8;
            restored[i] = integer * scales[i / blockSize];
        }
        return (restored, scales);
    }

    private static double SquaredError(IEnumerable<float> expected, IEnumerable<float> actual) =>
        expected.Zip(actual, (one, other) => Math.Pow(one - other, 2)).Sum();

    private static float[] Row(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}

using Ingot.Compute.Execution.Wide;
using Ingot.Compute.Memory;
using Ingot.Testing.OnnxModels;

namespace Ingot.Compute.Tests.Execution.Wide;

/// <summary>Rows as bytes.</summary>
public sealed class WideRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(96)]
    [InlineData(1003)]
    public void An_even_row_is_kept_in_one_byte_each(int count)
    {
        float[] row = Random(count);

        float[] kept = Keep(row, out bool isFine);

        Assert.False(isFine);
        Assert.All(row.Zip(kept), pair => Assert.InRange(pair.Second, pair.First - (0.501f / 127), pair.First + (0.501f / 127)));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(3000)]
    public void A_row_with_a_few_large_numbers_keeps_the_small_ones(float factor)
    {
        float[] row = Random(517);
        row[7] = factor;
        row[400] = -0.7f * factor;

        float[] kept = Keep(row, out bool isFine);

        Assert.True(isFine);
        Assert.All(row.Zip(kept), pair => Assert.InRange(pair.Second, pair.First - (factor / 127 / 254 * 0.51f), pair.First + (factor / 127 / 254 * 0.51f)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_number_stays_none(float value)
    {
        float[] row = Random(40);
        row[33] = value;

        Assert.All(Keep(row, out _), number => Assert.True(float.IsNaN(number)));
    }

    [Fact]
    public void Nothing_stays_nothing()
    {
        Assert.All(Keep(new float[70], out _), number => Assert.Equal(0, number));
        Assert.All(Keep([.. Enumerable.Repeat(float.Epsilon, 70)], out _), number => Assert.Equal(0, number));
    }

    private static float[] Random(int count)
    {
        var random = new TestRandom(5);
        float[] row = [.. Enumerable.Range(0, count).Select(_ => random.Symmetric())];
        row[0] = 1;
        return row;
    }

    private static unsafe float[] Keep(float[] row, out bool isFine)
    {
        var rows = new WideRows(row.Length);
        using NativeBuffer<float> coarse = new(rows.Coarse.Width * 2), fine = new(rows.Coarse.Width * 2), scales = new(4);
        rows.Coarse.Pointer = coarse.Pointer;
        rows.Fine.Pointer = fine.Pointer;
        rows.Scales.Pointer = scales.Pointer;
        fixed (float* pointer = row)
            rows.Set(1, pointer);
        isFine = rows.AnyFine(1, 2);
        Assert.False(rows.AnyFine(0, 1));
        float[] kept = new float[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            kept[i] = (rows.CoarseAt(1)[i] - WideRows.Middle) * rows.ScaleOf(1);
            if (isFine)
                kept[i] += (rows.FineAt(1)[i] - WideRows.Middle) * rows.FineScaleOf(1);
        }
        for (int i = row.Length; i < rows.ByteCount; i++)
            Assert.Equal(WideRows.Middle, rows.CoarseAt(1)[i]);
        return kept;
    }
}

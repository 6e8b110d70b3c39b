using Ingot.Compute.Kernels;

namespace Ingot.Compute.Tests.Kernels;

public sealed unsafe class HalfTransposerTests
{
    private const int Tile = WeightMatrix.TileSize;

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(28)]
    [InlineData(64)]
    public void Eight_rows_become_half_a_tile_and_the_other_half_is_left_alone(int columns)
    {
        Assert.SkipUnless(HalfTransposer.IsSupported, "No vectors to do it with.");
        (Half[] halves, float[] floats) = Rows(columns);
        foreach (bool areFloats in (bool[])[false, true])
        {
            var tile = new ushort[columns * Tile];
            Array.Fill(tile, (ushort)0xABCD);
            fixed (ushort* target = tile)
            fixed (Half* half = halves)
            fixed (float* single = floats)
            {
                if (areFloats) HalfTransposer.PackFloats((byte*)single, columns * sizeof(float), columns, target + 8);
                else HalfTransposer.Pack((byte*)half, columns * sizeof(Half), columns, target + 8);
            }

            for (int k = 0; k < columns; k++)
            {
                for (int i = 0; i < 8; i++)
                {
                    Assert.Equal(0xABCD, tile[(k * Tile) + i]);
                    Assert.Equal(BitConverter.HalfToUInt16Bits(halves[(i * columns) + k]), tile[(k * Tile) + 8 + i]);
                }
            }
        }
    }

    // All finite halves may occur, those that are no ordinary ones and both zeros often.
    private static (Half[] Halves, float[] Floats) Rows(int columns)
    {
        var random = new Random(columns);
        var halves = new Half[8 * columns];
        for (int i = 0; i < halves.Length; i++)
        {
            do halves[i] = BitConverter.UInt16BitsToHalf((ushort)(random.Next(20) == 0 ? random.Next(3) << 15 : random.Next(65536)));
            while (!Half.IsFinite(halves[i]));
        }

        return (halves, [.. halves.Select(half => (float)half)]);
    }
}

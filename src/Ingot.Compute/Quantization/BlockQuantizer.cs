using System.Numerics;

namespace Ingot.Compute.Quantization;

/// <summary>
/// Turns rows of weights into the blocks <c>MatMulNBits</c> and <c>GatherBlockQuantized</c> read: symmetric integers
/// around the middle of their range (8 for 4 bits, 128 for 8 bits) and one scale a block. Knows no files and no graphs.
/// </summary>
internal static class BlockQuantizer
{
    private const float Middle4 = 8;
    private const float Middle8 = 128;

    // How far around the plain scale the 4-bit search looks, in units of the integer range: with an error-free extreme
    // as the only goal the many small weights pay for the one big one.
    private const int SearchSteps = 5;
    private const float SearchStride = 0.2f;

    private const float SmallestShortened = 1f / (1 << 18);

    /// <summary>How many blocks a row of <paramref name="inputCount"/> weights takes; the last one is padded with zeros.</summary>
    public static int CountBlocks(int inputCount, int blockSize) => (int)(((long)inputCount + blockSize - 1) / blockSize);

    /// <summary>How many bytes the quantised form of one row takes, padding included, scales not.</summary>
    public static long CountRowBytes(int inputCount, int bits, int blockSize) => (long)CountBlocks(inputCount, blockSize) * (blockSize * bits / 8);

    /// <summary>Quantises one row.</summary>
    /// <param name="row">The weights, all finite, padded with zeros to a whole number of blocks.</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="blockSize">Weights that share a scale: a power of two, 16 to 256.</param>
    /// <param name="packed">Receives <c>row.Length * bits / 8</c> bytes; of two 4-bit weights the first is the low half.</param>
    /// <param name="scales">Receives one scale a block, a number that a Half holds unless it is tiny; negative where the largest weight of a 4-bit block is positive.</param>
    public static void QuantizeRow(ReadOnlySpan<float> row, int bits, int blockSize, Span<byte> packed, Span<float> scales)
    {
        var blockBytes = blockSize * bits / 8;
        for (var block = 0; block < scales.Length; block++)
        {
            var weights = row.Slice(block * blockSize, blockSize);
            var bytes = packed.Slice(block * blockBytes, blockBytes);
            scales[block] = bits == 4 ? QuantizeBlock4(weights, bytes) : QuantizeBlock8(weights, bytes);
        }
    }

    private static float QuantizeBlock4(ReadOnlySpan<float> weights, Span<byte> packed)
    {
        var extreme = FindExtreme(weights);
        // A block of the smallest denormals has no scale that can be inverted: it is zero for every purpose.
        if (!float.IsFinite(2 * Middle4 / extreme))
        {
            packed.Fill(0x88);
            return 0;
        }
        // The integers reach from -8 to 7: the largest weight, whatever its sign, goes to the longer side.
        var bestInverse = -Middle4 / extreme;
        var (bestScale, bestGain) = Fit(weights, bestInverse);
        for (var step = -SearchSteps; step <= SearchSteps; step++)
        {
            var inverse = -(Middle4 + (step * SearchStride)) / extreme;
            var (scale, gain) = Fit(weights, inverse);
            if (gain > bestGain) (bestInverse, bestScale, bestGain) = (inverse, scale, gain);
        }
        for (var i = 0; i < packed.Length; i++)
            packed[i] = (byte)(Round4(weights[2 * i] * bestInverse) | (Round4(weights[(2 * i) + 1] * bestInverse) << 4));
        return Shortened(bestScale);
    }

    // For integers q fixed by the inverse scale, the scale that minimises the squared error is sum(w q) / sum(q q),
    // and the smaller the error, the larger sum(w q)^2 / sum(q q).
    private static (float Scale, float Gain) Fit(ReadOnlySpan<float> weights, float inverse)
    {
        var products = Vector<float>.Zero;
        var squares = Vector<float>.Zero;
        for (var i = 0; i < weights.Length; i += Vector<float>.Count)
        {
            var weight = new Vector<float>(weights[i..]);
            var integer = Vector.Round(weight * inverse);
            integer = Vector.Min(Vector.Max(integer, new Vector<float>(-Middle4)), new Vector<float>(Middle4 - 1));
            products += weight * integer;
            squares += integer * integer;
        }
        var product = Vector.Sum(products);
        var square = Vector.Sum(squares);
        return square == 0 ? (0, 0) : (product / square, product / square * product);
    }

    private static int Round4(float value) => (int)(Math.Clamp(MathF.Round(value), -Middle4, Middle4 - 1) + Middle4);

    private static float QuantizeBlock8(ReadOnlySpan<float> weights, Span<byte> packed)
    {
        var largest = MathF.Abs(FindExtreme(weights));
        var scale = Shortened(largest / (Middle8 - 1));
        var inverse = 1 / scale;
        if (!float.IsFinite(inverse))
        {
            packed.Fill((byte)Middle8);
            return 0;
        }
        for (var i = 0; i < packed.Length; i++)
            packed[i] = (byte)(Math.Clamp(MathF.Round(weights[i] * inverse), 1 - Middle8, Middle8 - 1) + Middle8);
        return scale;
    }

    // A scale that a Half holds exactly takes half the memory wherever it is packed, and its rounding (one part in 2,048) is lost in
    // that of the weights. Scales so small that it would show stay as they are.
    private static float Shortened(float scale) => MathF.Abs(scale) is >= SmallestShortened and <= 65504 ? (float)(Half)scale : scale;

    private static float FindExtreme(ReadOnlySpan<float> weights)
    {
        var extreme = 0f;
        foreach (var weight in weights)
        {
            if (MathF.Abs(weight) > MathF.Abs(extreme)) extreme = weight;
        }
        return extreme;
    }
}

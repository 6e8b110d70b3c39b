using System.Buffers;

namespace Ingot.Compiler.Weights;

/// <summary>
/// A checkpoint whose experts are in blocks of 32 floats of 4 bits with a common power of two: <c>X_blocks</c>, two numbers to a byte, the first one low, and
/// <c>X_scales</c>, an exponent each. They are read as tensors <c>X</c> of ordinary floats.
/// </summary>
internal sealed class MicroscaledWeights(IWeightSource inner) : IWeightSource
{
    private const string Blocks = "_blocks";
    private const string Scales = "_scales";
    private const int BlockSize = 32;
    private const int ExponentOfOne = 127;

    // A sign, two bits of exponent, one of fraction.
    private static readonly float[] Codes = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private readonly HashSet<string> _names = [.. inner.Names];

    /// <inheritdoc/>
    public IEnumerable<string> Names => _names
        .Where(name => !(name.EndsWith(Scales, StringComparison.Ordinal) && _names.Contains(name[..^Scales.Length] + Blocks)))
        .Select(name => IsBlocks(name) ? name[..^Blocks.Length] : name);

    /// <inheritdoc/>
    public void Require(string name, IReadOnlyList<long> shape, bool areBytes = false)
    {
        if (!_names.Contains(name + Blocks))
        {
            inner.Require(name, shape, areBytes);
            return;
        }

        long[] outer = [.. shape.Take(shape.Count - 1), shape[^1] / BlockSize];
        inner.Require(name + Blocks, [.. outer, BlockSize / 2], areBytes: true);
        inner.Require(name + Scales, outer, areBytes: true);
    }

    /// <inheritdoc/>
    public void Read(string name, long first, Span<float> destination)
    {
        if (!_names.Contains(name + Blocks))
        {
            inner.Read(name, first, destination);
            return;
        }

        // Rows have whole blocks, and whole rows are read.
        var (pairs, blocks) = (destination.Length / 2, destination.Length / BlockSize);
        var codes = ArrayPool<float>.Shared.Rent(pairs);
        var exponents = ArrayPool<float>.Shared.Rent(blocks);
        try
        {
            inner.Read(name + Blocks, first / 2, codes.AsSpan(0, pairs));
            inner.Read(name + Scales, first / BlockSize, exponents.AsSpan(0, blocks));
            for (var i = 0; i < pairs; i++)
            {
                var pair = (int)codes[i];
                var scale = MathF.ScaleB(1, (int)exponents[2 * i / BlockSize] - ExponentOfOne);
                destination[2 * i] = Codes[pair & 15] * scale;
                destination[(2 * i) + 1] = Codes[pair >> 4] * scale;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(codes);
            ArrayPool<float>.Shared.Return(exponents);
        }
    }

    /// <summary>Nothing: the weights inside are another's to dispose.</summary>
    public void Dispose()
    {
    }

    private bool IsBlocks(string name) => name.EndsWith(Blocks, StringComparison.Ordinal) && _names.Contains(name[..^Blocks.Length] + Scales);
}

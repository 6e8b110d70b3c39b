using Ingot.Compute.Execution.Wide;

namespace Ingot.Testing;

/// <summary>Wide products in C#, the same integers that any library gives: for tests of all that lies around them.</summary>
public sealed class ExactProducts : IWideProducts
{
    private int _alive;

    /// <summary>As much as is asked for, unless a test says otherwise.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>The number of the matrix that cannot be packed; none by default.</summary>
    public int FailsAt { get; set; } = int.MaxValue;

    /// <summary>Matrices that were packed.</summary>
    public int Packed { get; private set; }

    /// <summary>Matrices that have not been disposed.</summary>
    public int Alive => _alive;

    /// <summary>Rows that were multiplied, over all matrices.</summary>
    public long Rows { get; private set; }

    /// <summary>Told of every product, by any thread; for tests of how long they take.</summary>
    public Action? Multiplying { get; set; }

    /// <inheritdoc/>
    public IWideMatrix Pack(ReadOnlyMemory<sbyte> weights, int inputCount, int outputCount)
    {
        if (++Packed == FailsAt)
            throw new Errors.IngotException(Errors.ErrorCode.InsufficientMemory, "There is no room for this one.");
        _alive++;
        return new Matrix(this, weights.ToArray(), inputCount, outputCount);
    }

    private sealed class Matrix(ExactProducts owner, sbyte[] weights, int inputCount, int outputCount) : IWideMatrix
    {
        public void Multiply(ReadOnlySpan<byte> rows, int rowCount, Span<int> sums)
        {
            owner.Multiplying?.Invoke();
            lock (owner)
                owner.Rows += rowCount;
            for (int row = 0; row < rowCount; row++)
            {
                Span<int> y = sums.Slice(row * outputCount, outputCount);
                y.Clear();
                for (int k = 0; k < inputCount; k++)
                    Add(y, rows[(row * inputCount) + k] - 128, weights.AsSpan(k * outputCount, outputCount));
            }
        }

        public void Dispose() => owner._alive--;

        private static void Add(Span<int> sums, int factor, ReadOnlySpan<sbyte> codes)
        {
            if (factor == 0)
                return;
            for (int n = 0; n < sums.Length && n < codes.Length; n++)
                sums[n] += factor * codes[n];
        }
    }
}

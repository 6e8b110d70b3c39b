namespace Ingot.Compute.Kernels;

/// <summary>
/// A matrix of weights packed for multiplication: y[t, n] = Σ x[t, k] · W[n, k]. Immutable once made, so any number of threads may multiply at once.
/// Knows nothing of threads: callers divide the tiles. A row's result is the same bits whatever rows are multiplied with it and however tiles are divided.
/// </summary>
public abstract unsafe class WeightMatrix : IDisposable
{
    /// <summary>Outputs in a tile.</summary>
    public const int TileSize = 16;

    private protected WeightMatrix(int outputCount, int inputCount)
    {
        OutputCount = outputCount;
        InputCount = inputCount;
        TileCount = (int)(((long)outputCount + TileSize - 1) / TileSize);
    }

    /// <summary>Outputs N, at least 1.</summary>
    public int OutputCount { get; }

    /// <summary>Inputs K, at least 1.</summary>
    public int InputCount { get; }

    /// <summary>Tiles of <see cref="TileSize"/> outputs; the last may be partial.</summary>
    public int TileCount { get; }

    /// <summary>How the rows must be prepared before <see cref="Multiply(in Activations, int, float*, long, int, int)"/>.</summary>
    public abstract ActivationFormat ActivationFormat { get; }

    /// <summary>Memory the packed weights take, in bytes; what one multiplication reads.</summary>
    public abstract long ByteLength { get; }

    /// <summary>Writes the products of rows with some tiles' outputs. Outputs of other tiles are left alone.</summary>
    /// <param name="x">The rows, prepared in <see cref="ActivationFormat"/>, with <see cref="InputCount"/> inputs.</param>
    /// <param name="rowCount">How many rows, 0 or more.</param>
    /// <param name="y">Where row 0's output 0 goes.</param>
    /// <param name="yRowStride">Floats from one row of y to the next.</param>
    /// <param name="fromTile">First tile.</param>
    /// <param name="toTile">One past the last tile, at most <see cref="TileCount"/>.</param>
    public virtual void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile) =>
        Multiply(x, rowCount, y, yRowStride, fromTile, toTile, KernelForms.Best);

    /// <summary>Writes output <paramref name="n"/>'s weights as floats (an embedding row, where embedding and output share weights).</summary>
    /// <param name="n">0 to <see cref="OutputCount"/> − 1; not checked.</param>
    /// <param name="destination">Room for <see cref="InputCount"/> floats.</param>
    public abstract void ReadRow(int n, float* destination);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Where a tile begins; <see cref="TileCount"/> says where the last one ends.</summary>
    internal abstract byte* Tile(int tile);

    internal abstract void Multiply(in Activations x, int rowCount, float* y, long yRowStride, int fromTile, int toTile, KernelForm form);

    /// <summary>Frees what the matrix owns.</summary>
    /// <param name="disposing">Always true: there is no finalizer here.</param>
    protected abstract void Dispose(bool disposing);
}

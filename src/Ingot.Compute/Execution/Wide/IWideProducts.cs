namespace Ingot.Compute.Execution.Wide;

/// <summary>
/// Somebody else's product of 8-bit integers, for steps of many rows: what a processor has special units for that cannot be reached from here.
/// Whoever gives it to <see cref="DecoderExecutor.Load"/> keeps it alive as long as the executor.
/// </summary>
public interface IWideProducts
{
    /// <summary>Bytes that copies of a model's weights may take, as of now; asked for when the model's own weights are in memory.</summary>
    long FreeBytes { get; }

    /// <summary>Takes a copy of weights in the form that its product wants.</summary>
    /// <param name="weights">[inputs, outputs], each -127 to 127; the caller's again afterwards.</param>
    /// <param name="inputCount">Inputs, at least 1.</param>
    /// <param name="outputCount">Outputs, at least 1.</param>
    /// <exception cref="Errors.IngotException">It cannot: no memory, or it does not work here.</exception>
    IWideMatrix Pack(ReadOnlyMemory<sbyte> weights, int inputCount, int outputCount);
}

/// <summary>One matrix of <see cref="IWideProducts"/>. Immutable: any number of threads may multiply at once.</summary>
public interface IWideMatrix : IDisposable
{
    /// <summary>Computes sums[r, n] = Σ (rows[r, k] − 128) · weights[k, n], exactly, on the calling thread alone.</summary>
    /// <param name="rows">[rows, inputs], 0 to 255 and 128 for nothing.</param>
    /// <param name="rowCount">How many, at least 1.</param>
    /// <param name="sums">[rows, outputs], written.</param>
    void Multiply(ReadOnlySpan<byte> rows, int rowCount, Span<int> sums);
}

/// <summary>Whether steps of many rows go through <see cref="IWideProducts"/>, and what that takes.</summary>
/// <param name="MatrixCount">Matrices that have a copy; 0 when none has, and all steps are the executor's own.</param>
/// <param name="ByteLength">Bytes of the copies.</param>
/// <param name="Reason">One sentence: what was done, or why nothing was.</param>
public sealed record WideFacts(int MatrixCount, long ByteLength, string Reason);

namespace Ingot.Compute.Kernels;

/// <summary>One source of a block-quantised matrix, as <c>MatMulNBits</c> stores it. Several parts are stacked by their outputs (query, key and value as one product).</summary>
public sealed record BlockQuantizedPart
{
    /// <summary>Outputs of this part, at least 1.</summary>
    public required int OutputCount { get; init; }

    /// <summary>[outputs, blocks, blockSize · bits / 8] bytes, low halves first.</summary>
    public required SourceTensor Weights { get; init; }

    /// <summary>[outputs, blocks] of a float type.</summary>
    public required SourceTensor Scales { get; init; }

    /// <summary>
    /// [outputs, ceil(blocks · bits / 8)] packed bytes, or [outputs, blocks] of a float type; absent means the middle of the range (8 or 128).
    /// </summary>
    public SourceTensor? ZeroPoints { get; init; }

    /// <summary>From one output's row to the next one's, in rows of the sources: 2 where the outputs of two parts take turns; 1 by default.</summary>
    public int RowStep { get; init; } = 1;

    /// <summary>Bytes of a row of weights; 0 (the default) means whole blocks. Less where the last block is partial and not filled up.</summary>
    public long RowBytes { get; init; }
}

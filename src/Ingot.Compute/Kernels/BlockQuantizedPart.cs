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
}

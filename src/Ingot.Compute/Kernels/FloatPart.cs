namespace Ingot.Compute.Kernels;

/// <summary>One source of a float matrix. Several parts are stacked by their outputs.</summary>
public sealed record FloatPart
{
    /// <summary>Outputs of this part, at least 1.</summary>
    public required int OutputCount { get; init; }

    /// <summary>The weights, of a float type.</summary>
    public required SourceTensor Weights { get; init; }

    /// <summary>False: [inputs, outputs], as <c>MatMul</c> has its second operand. True: [outputs, inputs], as <c>Gemm</c> with <c>transB</c>.</summary>
    public bool Transposed { get; init; }

    /// <summary>From one output to the next, in outputs of the source: 2 where those of two parts take turns; 1 by default.</summary>
    public int RowStep { get; init; } = 1;
}

using Ingot.Compute.Onnx;

namespace Ingot.Compute.Execution.Graph;

/// <summary>What a name in the graph stands for while the graph is turned into operations on flat rows.</summary>
internal abstract record GraphValue;

/// <summary>The ids of the step's tokens.</summary>
internal sealed record TokenIdsValue : GraphValue;

/// <summary>The positions of the step's tokens, in whatever shape the graph has put them.</summary>
internal sealed record PositionsValue : GraphValue;

/// <summary>
/// Shapes, lengths and masks: what a padded batch needs and a flat one has from the step itself. Never computed.
/// </summary>
/// <param name="Elements">The integers where they are a list of known length; null for each one not known.</param>
/// <param name="FromMask">Whether the attention mask went into it.</param>
/// <param name="Part">What it is, where that matters.</param>
internal sealed record ShapeValue(IReadOnlyList<long?>? Elements, bool FromMask, ShapePart Part = ShapePart.Other) : GraphValue;

/// <summary>The shapes that positions are counted by.</summary>
internal enum ShapePart
{
    /// <summary>Any other.</summary>
    Other,

    /// <summary>The shape of the token ids, [batch, tokens].</summary>
    Tokens,

    /// <summary>How many tokens there are.</summary>
    Length,
}

/// <summary>Positions laid along the keys (the last dimension) or the queries (the one before).</summary>
internal sealed record PositionAxisValue(bool IsKeys) : GraphValue;

/// <summary>Each key's place less each query's.</summary>
/// <param name="Furthest">Beyond which they are all taken for this; null: no limit.</param>
/// <param name="Offset">Added after that.</param>
internal sealed record DistancesValue(long? Furthest, long Offset) : GraphValue;

/// <summary>What distances add to the scores of attention.</summary>
internal sealed record DistanceBiasValue(Attention.Bidirectional.DistanceBias Bias, DistanceBiasForm Form) : GraphValue;

/// <summary>The shapes a graph puts the biases of distances in.</summary>
internal enum DistanceBiasForm
{
    /// <summary>[queries, keys, heads].</summary>
    HeadsLast,

    /// <summary>[heads, queries, keys].</summary>
    HeadsFirst,

    /// <summary>[1, heads, queries, keys].</summary>
    Batched,
}

/// <summary>Whether the whole sequence is longer than <paramref name="Threshold"/> tokens: what chooses between two rotary tables.</summary>
internal sealed record LongerThanValue(long Threshold) : GraphValue;

/// <summary>One of several constants, by how long the whole sequence is.</summary>
/// <param name="Choices">Each with the longest sequence it is for, ascending; the last is for all that are longer, too.</param>
internal sealed record ChosenValue(IReadOnlyList<(int Longest, ConstantValue Value)> Choices) : GraphValue;

/// <summary>A layer's past keys or values, which live in the block cache.</summary>
internal sealed record PastValue(int Layer, bool IsKey) : GraphValue;

/// <summary>A constant, possibly seen in another shape than it is stored in.</summary>
/// <param name="Tensor">The stored tensor.</param>
/// <param name="Dims">Its shape here.</param>
/// <param name="Transposed">Whether the two dimensions are swapped: element [i, j] here is stored at [j, i].</param>
internal sealed record ConstantValue(OnnxTensor Tensor, long[] Dims, bool Transposed) : GraphValue;

/// <summary>One row of numbers per token: columns of a buffer.</summary>
/// <param name="Buffer">Where the rows are.</param>
/// <param name="Offset">First column.</param>
/// <param name="Width">Columns: all elements one token has.</param>
/// <param name="LastDim">The graph's last dimension: <paramref name="Width"/>, or the head size where the graph sees heads apart.</param>
/// <param name="Rank">Dimensions the graph sees, batch and tokens included.</param>
/// <param name="HeadsFirst">Whether the graph sees heads before tokens. In memory tokens always come first.</param>
/// <param name="IsExclusive">Whether one node alone reads these columns, so that it may write its result over them.</param>
internal sealed unsafe record RowsValue(RowBuffer Buffer, int Offset, int Width, int LastDim, int Rank = 3, bool HeadsFirst = false, bool IsExclusive = true) : GraphValue
{
    public static RowsValue Of(RowBuffer buffer) => new(buffer, 0, buffer.Width, buffer.Width);

    /// <summary>Whether these are all columns of the buffer.</summary>
    public bool IsWhole => Offset == 0 && Width == Buffer.Width;

    /// <summary>The first column of a row, once the buffer has its memory.</summary>
    public float* At(int row) => Buffer.Pointer + ((long)row * Buffer.Width) + Offset;

    /// <summary>The same columns of <paramref name="to"/> if these are of <paramref name="from"/>.</summary>
    public RowsValue With(RowBuffer from, RowBuffer to) => ReferenceEquals(Buffer, from) ? this with { Buffer = to } : this;
}

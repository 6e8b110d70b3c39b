using Ingot.Compute.Attention;
using Ingot.Compute.Attention.Bidirectional;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Attention of every row over all rows of its sequence.</summary>
internal sealed unsafe class BidirectionalAttentionOperation : Operation
{
    private readonly DistanceBias? _bias;
    private readonly RowsValue _queries;
    private readonly RowsValue _keys;
    private readonly RowsValue _values;
    private readonly RowsValue _output;

    public BidirectionalAttentionOperation(AttentionShape shape, DistanceBias? bias, RowsValue queries, RowsValue keys, RowsValue values, RowsValue output)
    {
        Shape = shape;
        _bias = bias;
        _queries = queries;
        _keys = keys;
        _values = values;
        _output = output;
        Reads(queries);
        Reads(keys, divided: false);
        Reads(values, divided: false);
        Writes(output);
    }

    public AttentionShape Shape { get; }

    public override Division Division => Division.Other;

    public override OperationKind Kind => OperationKind.Attention;

    public override int PieceCount(StepContext step) => BidirectionalAttention.CountItems(Shape, step.Sequences, step.SequenceCount);

    public override void Execute(StepContext step, int share, int shareCount) =>
        BidirectionalAttention.Execute(
            Shape, _bias, step.Sequences, step.SequenceCount, Rows(_queries), Rows(_keys), Rows(_values), Rows(_output), share, shareCount, KernelForms.Best);

    private static BidirectionalRows Rows(RowsValue rows) => new(rows.At(0), rows.Buffer.Width);
}

/// <summary>Looks up the row of each token's position.</summary>
// table: [positions, width].
internal sealed unsafe class PositionEmbeddingOperation : Operation
{
    private readonly NativeBuffer<float> _table;
    private readonly RowsValue _output;

    public PositionEmbeddingOperation(NativeBuffer<float> table, RowsValue output)
    {
        _table = table;
        _output = output;
        Writes(output);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        var bytes = (long)_output.Width * sizeof(float);
        for (var row = rows.From; row < rows.To; row++)
            Buffer.MemoryCopy(_table.Pointer + ((long)step.Positions[step.TokenOf(row, IsTail)] * _output.Width), _output.At(row), bytes, bytes);
    }
}

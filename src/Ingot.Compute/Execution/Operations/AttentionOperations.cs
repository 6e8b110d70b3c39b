using Ingot.Compute.Attention;
using Ingot.Compute.Execution.Graph;

namespace Ingot.Compute.Execution.Operations;

/// <summary>One layer's place in the key-value cache, as something operations write and read.</summary>
internal sealed record CacheLayer(int Index);

/// <summary>Puts each row's keys and values into its sequence's blocks.</summary>
internal sealed unsafe class KvWriteOperation : Operation
{
    private readonly CacheLayer _layer;
    private readonly RowsValue _keys;
    private readonly RowsValue _values;
    private readonly int _heads;

    // heads: Of keys, and of values.
    public KvWriteOperation(CacheLayer layer, RowsValue keys, RowsValue values, int heads)
    {
        _layer = layer;
        _heads = heads;
        _keys = keys;
        _values = values;
        Reads(keys);
        Reads(values);
        Touches(layer, 0, divided: true, write: true);
    }

    public int LayerIndex => _layer.Index;

    public override Division Division => Division.Heads;

    public override int DividedWidth => _heads;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var heads = Share.OfRows(step.TokenCount * _heads, share, shareCount);
        for (int at = heads.From, end; at < heads.To; at = end)
        {
            int row = at / _heads, head = at % _heads;
            end = Math.Min(heads.To, at - head + _heads);
            var position = step.Positions[row];
            var block = step.Sequences[step.SequenceOfToken[row]].BlockTable[position / step.Store.BlockSize];
            step.Store.Write(_layer.Index, block, position % step.Store.BlockSize, head, end - at, _keys.At(row), _values.At(row));
        }
    }
}

/// <summary>Attention of every row over its sequence's keys and values so far, its own included.</summary>
internal sealed unsafe class AttentionOperation : Operation
{
    private readonly AttentionShape _shape;
    private readonly CacheLayer _layer;
    private readonly RowsValue _queries;
    private readonly RowsValue _output;

    public AttentionOperation(AttentionShape shape, CacheLayer layer, RowsValue queries, RowsValue output)
    {
        _shape = shape;
        _layer = layer;
        _queries = queries;
        _output = output;
        Reads(queries);
        Touches(layer, 0, divided: false, write: false);
        Writes(output);
    }

    public AttentionShape Shape => _shape;

    public override Division Division => Division.Other;

    public override OperationKind Kind => OperationKind.Attention;

    public override int PieceCount(StepContext step) => (int)Math.Min(int.MaxValue, PagedAttention.CountPieces(_shape, step.Sequences, step.SequenceCount, step.Pieces));

    public override void Execute(StepContext step, int share, int shareCount) =>
        PagedAttention.Execute(
            _shape,
            step.Sequences,
            step.SequenceCount,
            _queries.At(0),
            _queries.Buffer.Width,
            step.Store,
            _layer.Index,
            _output.At(0),
            _output.Buffer.Width,
            share,
            shareCount,
            step.Pieces);
}

/// <summary>Collects the rows whose logits are wanted, so that what follows the last attention is done for them alone.</summary>
internal sealed unsafe class GatherRowsOperation : Operation
{
    private readonly RowsValue _input;
    private readonly RowsValue _output;

    public GatherRowsOperation(RowsValue input, RowsValue output)
    {
        _input = input;
        _output = output;
        IsTail = true;
        Reads(input, divided: false);
        Writes(output);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.LogitRowCount, share, shareCount);
        var bytes = (long)_input.Width * sizeof(float);
        for (var row = rows.From; row < rows.To; row++)
            Buffer.MemoryCopy(_input.At(step.LogitRows[row]), _output.At(row), bytes, bytes);
    }
}

/// <summary>Copies rows, where an operation that works in place must leave its input as it is.</summary>
internal sealed unsafe class CopyOperation : Operation
{
    private readonly RowsValue _output;
    private RowsValue _input;

    public CopyOperation(RowsValue input, RowsValue output)
    {
        _input = input;
        _output = output;
        Reads(input);
        Writes(output);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        var bytes = (long)_input.Width * sizeof(float);
        for (var row = rows.From; row < rows.To; row++)
            Buffer.MemoryCopy(_input.At(row), _output.At(row), bytes, bytes);
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _input = _input.With(from, to);
    }
}

using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;
using Ingot.Compute.Memory;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Cosines and sines of rotary embedding, one row a position.</summary>
/// <param name="Cosines">[positions, half].</param>
/// <param name="Sines">[positions, half].</param>
/// <param name="PositionCount">Positions the table has.</param>
/// <param name="Half">Pairs of numbers that are turned.</param>
internal sealed record RotaryTable(NativeBuffer<float> Cosines, NativeBuffer<float> Sines, int PositionCount, int Half);

/// <summary>The tables of one rotary embedding, of which a sequence takes those for its length.</summary>
/// <param name="longest">The longest sequence each is for, ascending; the last is for all that are longer, too.</param>
/// <param name="tables">As many, all of the same width.</param>
internal sealed class RotaryTables(int[] longest, RotaryTable[] tables)
{
    public int Half { get; } = tables[0].Half;

    public RotaryTable For(int length)
    {
        var i = 0;
        while (i < tables.Length - 1 && length > longest[i])
            i++;
        return tables[i];
    }
}

/// <summary>Turns the heads of each row by its token's position, in place.</summary>
internal sealed unsafe class RotaryOperation : Operation
{
    private readonly RotaryTables _tables;
    private readonly int _headSize;
    private readonly bool _interleaved;
    private RowsValue _rows;

    public RotaryOperation(RotaryTables tables, RowsValue rows, int headSize, bool interleaved)
    {
        _tables = tables;
        _rows = rows;
        _headSize = headSize;
        _interleaved = interleaved;
        Writes(rows);
    }

    // A lone row would be one member's.
    public override Division Division => Division.Heads;

    public override int DividedWidth => _rows.Width / _headSize;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var count = DividedWidth;
        var heads = Share.OfRows(step.RowCount(IsTail) * count, share, shareCount);
        for (int at = heads.From, end; at < heads.To; at = end)
        {
            int row = at / count, head = at % count, token = step.TokenOf(row, IsTail);
            end = Math.Min(heads.To, at - head + count);
            var table = _tables.For(step.Lengths[step.SequenceOfToken[token]]);
            var angle = (long)step.Positions[token] * table.Half;
            Rotary.Apply(_rows.At(row) + (head * _headSize), end - at, _headSize, table.Half * 2, table.Cosines.Pointer + angle, table.Sines.Pointer + angle, _interleaved);
        }
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _rows = _rows.With(from, to);
    }
}

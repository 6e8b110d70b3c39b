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

/// <summary>Turns the heads of each row by its token's position, in place.</summary>
internal sealed unsafe class RotaryOperation : Operation
{
    private readonly RotaryTable _table;
    private readonly int _headSize;
    private readonly bool _interleaved;
    private RowsValue _rows;

    public RotaryOperation(RotaryTable table, RowsValue rows, int headSize, bool interleaved)
    {
        _table = table;
        _rows = rows;
        _headSize = headSize;
        _interleaved = interleaved;
        Writes(rows);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        for (var row = rows.From; row < rows.To; row++)
        {
            var angle = (long)step.Positions[step.TokenOf(row, IsTail)] * _table.Half;
            Rotary.Apply(_rows.At(row), _rows.Width / _headSize, _headSize, _table.Half * 2, _table.Cosines.Pointer + angle, _table.Sines.Pointer + angle, _interleaved);
        }
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _rows = _rows.With(from, to);
    }
}

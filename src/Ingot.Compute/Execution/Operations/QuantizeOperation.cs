using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Kernels;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Room for the 8-bit form of some rows; the plan gives it memory that others use at other times.</summary>
/// <param name="width">Numbers of a row.</param>
/// <param name="rowCount">Rows for the most tokens of a step; absent means one for each token.</param>
internal sealed class QuantizedRows(int width, Func<int, long>? rowCount = null)
{
    public int Width { get; } = width;

    /// <summary>Rows it needs when a step has up to so many tokens.</summary>
    public long RowCount(int maxTokens) => rowCount is null ? maxTokens : rowCount(maxTokens);

    public ActivationBuffer Memory { get; set; } = null!;
}

/// <summary>Makes the 8-bit form of rows for the products that read it, once for all of them.</summary>
internal sealed unsafe class QuantizeOperation : Operation
{
    private readonly QuantizedRows _output;
    private readonly bool _byColumns;
    private RowsValue _input;

    // byColumns: Divided like the operation that computes the rows, so that no barrier is needed between them.
    public QuantizeOperation(RowsValue input, QuantizedRows output, bool byColumns)
    {
        _input = input;
        _output = output;
        _byColumns = byColumns;
        Reads(input);
        Touches(output, input.Width, divided: true, write: true);
    }

    public RowsValue Input => _input;

    public QuantizedRows Output => _output;

    public override Division Division => _byColumns ? Division.Columns : Division.Rows;

    public override int DividedWidth => _byColumns ? _input.Width : 0;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rowCount = step.RowCount(IsTail);
        var rows = _output.Memory.View(_input.At(0), _input.Buffer.Width, rowCount, _input.Width);
        if (_byColumns)
        {
            var columns = Share.OfColumns(_input.Width, share, shareCount);
            for (var row = 0; row < rowCount; row++)
                QuantizeColumns(rows, row, columns);
        }
        else
        {
            var mine = Share.OfRows(rowCount, share, shareCount);
            rows.Quantize(mine.From, mine.To);
        }
    }

    private static void QuantizeColumns(in Activations rows, int row, Share columns)
    {
        // Shares begin at multiples of a group, so each group of columns has one member.
        var group = columns.From / Activations.GroupSize;
        ActivationQuantizer.QuantizeRow(
            rows.Floats + (row * rows.FloatStride) + columns.From,
            columns.To - columns.From,
            rows.Rows(row).Skip(group),
            KernelForms.Best);
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _input = _input.With(from, to);
    }
}

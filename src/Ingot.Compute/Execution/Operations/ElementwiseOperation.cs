using Ingot.Compute.Execution.Graph;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Something done to each number of a row alone: by columns, so that it needs no barrier after a product of the same width.</summary>
internal abstract unsafe class ElementwiseOperation : Operation
{

    protected ElementwiseOperation(RowsValue first, RowsValue? second, RowsValue output)
    {
        First = first;
        Second = second;
        Output = output;
        Reads(first);
        if (second is not null)
            Reads(second);
        Writes(output);
    }

    protected RowsValue First { get; private set; }

    protected RowsValue? Second { get; private set; }

    protected RowsValue Output { get; private set; }

    public override Division Division => Division.Columns;

    public override int DividedWidth => Output.Width;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rowCount = step.RowCount(IsTail);
        var columns = Share.OfColumns(Output.Width, share, shareCount);
        var count = columns.To - columns.From;
        if (count == 0)
            return;
        for (var row = 0; row < rowCount; row++)
        {
            var second = Second is null ? null : Second.At(row) + columns.From;
            Compute(First.At(row) + columns.From, second, Output.At(row) + columns.From, columns.From, count);
        }
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        First = First.With(from, to);
        Second = Second?.With(from, to);
        Output = Output.With(from, to);
    }

    // x: [count] of the first input.
    // z: [count] of the second; null where there is none.
    // y: [count] of the output; may be either input.
    // column: Which column the first of them is.
    protected abstract void Compute(float* x, float* z, float* y, int column, int count);
}

using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Makes the bytes of rows for the wide products that read them, once for all of them.</summary>
internal sealed unsafe class WideQuantizeOperation : Operation
{
    private readonly RowsValue _input;
    private readonly WideRows _output;

    public WideQuantizeOperation(RowsValue input, WideRows output)
    {
        _input = input;
        _output = output;
        Reads(input);
        Writes(RowsValue.Of(output.Coarse));
        Writes(RowsValue.Of(output.Fine));
        Writes(RowsValue.Of(output.Scales));
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.TokenCount, share, shareCount);
        for (var row = rows.From; row < rows.To; row++)
            _output.Set(row, _input.At(row));
    }
}

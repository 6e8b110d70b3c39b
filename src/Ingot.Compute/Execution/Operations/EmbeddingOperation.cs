using Ingot.Compute.Execution.Graph;

namespace Ingot.Compute.Execution.Operations;

/// <summary>Looks up each token's row of the embedding.</summary>
internal sealed unsafe class EmbeddingOperation : Operation
{
    private readonly EmbeddingSlot _table;
    private readonly RowsValue _output;

    public EmbeddingOperation(EmbeddingSlot table, RowsValue output)
    {
        _table = table;
        _output = output;
        Writes(output);
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        for (var row = rows.From; row < rows.To; row++)
            _table.ReadRow(step.Tokens[step.TokenOf(row, IsTail)], _output.At(row));
    }
}

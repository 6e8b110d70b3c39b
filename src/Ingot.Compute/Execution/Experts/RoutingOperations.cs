using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Chooses each token's experts.</summary>
internal sealed unsafe class RouteOperation : Operation
{
    private readonly ExpertRoutes _routes;
    private RowsValue _scores;
    private RowsValue? _given;

    // given: The experts' weights, where they are not made of the scores.
    public RouteOperation(ExpertRoutes routes, RowsValue scores, RowsValue? given)
    {
        _routes = routes;
        _scores = scores;
        _given = given;
        Reads(scores);
        if (given is not null)
            Reads(given);
        Writes(RowsValue.Of(routes.Experts));
        Writes(RowsValue.Of(routes.Weights));
    }

    public override Division Division => Division.Rows;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var rows = Share.OfRows(step.RowCount(IsTail), share, shareCount);
        for (var row = rows.From; row < rows.To; row++)
            ExpertRouter.Choose(_routes.Shape, _scores.At(row), _given is null ? null : _given.At(row), _routes.ExpertsOf(row), _routes.WeightsOf(row));
    }

    public override void ReplaceBuffer(RowBuffer from, RowBuffer to)
    {
        base.ReplaceBuffer(from, to);
        _scores = _scores.With(from, to);
        _given = _given?.With(from, to);
    }
}

/// <summary>Puts tokens of the same expert beside each other. One member's work, for it is little and hangs together.</summary>
internal sealed class GroupOperation : Operation
{
    private readonly ExpertRoutes _routes;

    public GroupOperation(ExpertRoutes routes)
    {
        _routes = routes;
        Touches(routes.Experts, 0, divided: false, write: false);
        foreach (var written in (ReadOnlySpan<RowBuffer>)[routes.Slots, routes.TokenOfSlot, routes.Runs])
            Touches(written, 0, divided: false, write: true);
    }

    public override Division Division => Division.Other;

    public override int PieceCount(StepContext step) => 1;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        if (share == 0)
            _routes.Group(step.RowCount(IsTail));
    }
}

/// <summary>Adds up the results of each token's experts, in the order in which they were chosen.</summary>
internal sealed unsafe class CombineOperation : Operation
{
    private readonly ExpertRoutes _routes;
    private readonly RowBuffer _results;
    private readonly RowsValue _output;

    public CombineOperation(ExpertRoutes routes, RowBuffer results, RowsValue output)
    {
        _routes = routes;
        _results = results;
        _output = output;
        Touches(routes.Weights, 0, divided: false, write: false);
        Touches(routes.Slots, 0, divided: false, write: false);
        Touches(results, 0, divided: false, write: false);
        Writes(output);
    }

    public override Division Division => Division.Columns;

    public override int DividedWidth => _output.Width;

    public override void Execute(StepContext step, int share, int shareCount)
    {
        var columns = Share.OfColumns(_output.Width, share, shareCount);
        var rowCount = step.RowCount(IsTail);
        for (var row = 0; row < rowCount; row++)
        {
            var slots = _routes.SlotsOf(row);
            var weights = _routes.WeightsOf(row);
            var sum = _output.At(row) + columns.From;
            for (var i = 0; i < _routes.Shape.ChosenCount; i++)
            {
                var result = _results.Pointer + ((long)slots[i] * _results.Width) + columns.From;
                Kernels.RowForm.Best.AddScaled(result, weights[i], sum, columns.To - columns.From, isFirst: i == 0);
            }
        }
    }
}

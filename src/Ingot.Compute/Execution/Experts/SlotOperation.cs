using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Experts;

/// <summary>Something done to the rows of experts ("slots"), divided over experts, columns and tokens by what they cost.</summary>
internal abstract class SlotOperation : Operation
{
    protected SlotOperation(ExpertRoutes routes)
    {
        Routes = routes;
        Touches(routes.Runs, 0, divided: false, write: false);
    }

    protected ExpertRoutes Routes { get; }

    public override Division Division => Division.Other;

    /// <summary>Columns that are divided.</summary>
    protected abstract int Width { get; }

    // Of as many experts as tokens may have chosen. How many they are is in memory that belongs to others when the phase is over, and a member
    // who comes late still asks: one told of more pieces than all the others would take shares that there are not.
    public override int PieceCount(StepContext step) => Routes.MostRuns(step.RowCount(IsTail)) * Share.ColumnUnits(Width);

    public override void Execute(StepContext step, int share, int shareCount)
    {
        // Units of columns lie one after the other, run by run, each as long as it costs; a share has those that begin in its stretch.
        var units = Share.ColumnUnits(Width);
        var total = (long)Routes.TotalCost * units;
        var (from, to) = (total * share / shareCount, total * (share + 1) / shareCount);
        for (var i = 0; i < Routes.RunCount; i++)
        {
            var run = Routes.Run(i);
            var begin = (long)run.CostBefore * units;
            var first = Math.Clamp((from - begin + run.Cost - 1) / run.Cost, 0, units);
            var end = Math.Clamp((to - begin + run.Cost - 1) / run.Cost, 0, units);
            if (first < end)
                Execute(run, (int)first * Share.ColumnUnit, Math.Min(Width, (int)end * Share.ColumnUnit));
        }
    }

    /// <summary>Does some columns of one expert's rows.</summary>
    /// <param name="run">The expert and its slots.</param>
    /// <param name="fromColumn">First column, a multiple of <see cref="Share.ColumnUnit"/>.</param>
    /// <param name="toColumn">One past the last.</param>
    protected abstract void Execute(in ExpertRun run, int fromColumn, int toColumn);
}

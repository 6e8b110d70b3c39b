using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Calibration;

/// <summary>
/// Phases of a plan that multiply and need nothing besides their rows. Runs as many as a layer has each time, always the next ones, so that weights
/// come from memory as in steps. What they compute means nothing.
/// </summary>
internal sealed class ProductPhases : ISharedWork
{
    private readonly Operation[][] _phases;
    private readonly int _count;
    private readonly int _mostRows;
    private readonly StepContext _step;
    private readonly ThreadTeam _team;
    private readonly PhaseShares _shares;
    private long _open;
    private int _next;
    private int _each;

    private ProductPhases(Operation[][] phases, int mostRows, ThreadTeam team, StepContext step)
    {
        _phases = phases;
        _mostRows = mostRows;
        _count = phases.Select(Signature).Distinct(StringComparer.Ordinal).Count();
        _team = team;
        _step = step;
        _shares = new PhaseShares(team.Count);
    }

    /// <summary>Members of the team.</summary>
    public int MemberCount => _team.Count;

    /// <summary>The phases of a plan that are fit for this; null where they multiply with too few weights.</summary>
    /// <param name="phases">The plan's phases.</param>
    /// <param name="mostRows">Rows that the plan has memory for: no more are ever tried.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="step">The step under way.</param>
    /// <param name="leastBytes">Bytes of weights there must be.</param>
    public static ProductPhases? Of(IEnumerable<Operation[]> phases, int mostRows, ThreadTeam team, StepContext step, long leastBytes)
    {
        Operation[][] fit = [.. phases.Where(IsFit)];
        return fit.Length > 0 && ByteLength(fit) >= leastBytes ? new ProductPhases(fit, mostRows, team, step) : null;
    }

    /// <summary>The most shares that any phase has for each member, with so many at the most, in steps of so many rows.</summary>
    public int Each(int most, int rowCount)
    {
        _step.Pretend(Math.Min(rowCount, _mostRows));
        return _phases.Take(_count).Max(phase => ShareLimits.Of(most).Each(phase, _step, _team.Count));
    }

    /// <summary>Runs the phases of a layer.</summary>
    /// <param name="most">The most shares for each member.</param>
    /// <param name="rowCount">Rows of the step.</param>
    public void Run(int most, int rowCount)
    {
        _step.Pretend(Math.Min(rowCount, _mostRows));
        for (var i = 0; i < _count; i++)
        {
            _next = (_next + 1) % _phases.Length;
            _each = ShareLimits.Of(most).Each(_phases[_next], _step, _team.Count);
            _open = _shares.Begin(1);
            _team.Run(this);
        }
    }

    void ITeamWork.Execute(int member, int memberCount)
    {
        var taker = new ShareTaker(member);
        while (_shares.TryTake(_open, _each, ref taker, out var share))
        {
            foreach (var operation in _phases[_next])
                operation.Execute(_step, share, memberCount * _each);
        }
    }

    // Neither positions, nor sequences, nor the cache, nor what comes of them.
    private static bool IsFit(Operation[] phase) =>
        phase.Any(operation => operation is ProductOperation)
        && phase.All(operation => !operation.IsTail && operation is ProductOperation or QuantizeOperation or ElementwiseOperation or RowScaleOperation or NormOperation);

    private static string Signature(Operation[] phase) =>
        string.Join(' ', phase.Select(operation => operation is ProductOperation { Matrix.Source: var source } ? $"{source.InputCount}x{source.OutputCount}x{source.Bits}" : operation.GetType().Name));

    private static long ByteLength(IEnumerable<Operation[]> phases) =>
        phases.SelectMany(phase => phase).OfType<ProductOperation>().Sum(product => product.Matrix.Matrix.ByteLength);
}

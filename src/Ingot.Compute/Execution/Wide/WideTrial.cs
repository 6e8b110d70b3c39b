using System.Globalization;
using Ingot.Compute.Execution.Calibration;
using Ingot.Compute.Execution.Graph;
using Ingot.Compute.Execution.Operations;
using Ingot.Compute.Threading;

namespace Ingot.Compute.Execution.Wide;

/// <summary>Whether wide products are faster than the executor's own: a few of the model's own, both ways by turns, before the other weights are copied for them.</summary>
internal sealed unsafe class WideTrial(IReadOnlyList<Operation> operations, ThreadTeam team, StepContext step, TimeProvider clock)
{
    /// <summary>Matrices to try with.</summary>
    public const int MatrixCount = 2;

    /// <summary>How many times as fast wide products must be: they take memory, and answers are then not the same bits in whatever company.</summary>
    public const double Margin = 1.1;

    // As many as a product takes at a time.
    private const int MostRows = WideProductOperation.MostRows;

    private const int MostRounds = 5;
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(400);

    /// <summary>How many times as fast they were; null before they were tried.</summary>
    public double? Speed { get; private set; }

    /// <summary>Tries, and tells why they are not to be used; null where they are.</summary>
    /// <param name="matrices">Those to try with, copied.</param>
    /// <param name="maxTokens">The most tokens of a step.</param>
    public string? Refusal(IReadOnlyDictionary<MatrixSlot, WideMatrix> matrices, int maxTokens)
    {
        var products = operations.OfType<ProductOperation>().Where(product => !product.IsTail && matrices.ContainsKey(product.Matrix)).ToList();
        var quantized = products.Select(product => product.Quantized).ToHashSet();
        var inputs = operations.OfType<QuantizeOperation>().Where(operation => quantized.Contains(operation.Output)).ToList();
        List<Operation> program = [.. inputs, .. products];
        var rows = Math.Min(maxTokens, MostRows);
        using var scratch = WideScratch.For(matrices.Values, team.Count);
        // Both on the same rows, which are those of the plan made last.
        using var own = new ExecutionPlan(program, rows, team, step);
        using var wide = new ExecutionPlan(WideProgram.Of(program, matrices, scratch), rows, team, step);
        step.Pretend(rows);
        void Fill() => inputs.ForEach(input => Write(input.Input, rows));
        Fill();
        own.Run();
        Fill();
        wide.Run();
        var rounds = TimedTrials.Run(2, MostRounds, Budget, clock, way => (way == 0 ? own : wide).Run(), Fill);
        if (rounds.Count < WayChoice.LeastRounds)
            return "Trying whether it is faster here took too long.";
        Speed = WayChoice.SpeedOf(rounds, 1, 0);
        return Speed >= Margin ? null : string.Create(CultureInfo.InvariantCulture, $"Tried here, it is {Speed:F1} times as fast as without, which is not enough.");
    }

    // Numbers of all sizes from -1 to 1: those of a model that has read nothing are 0, which would not be multiplied.
    private static void Write(RowsValue rows, int rowCount)
    {
        var state = 1u;
        for (var row = 0; row < rowCount; row++)
        {
            var target = new Span<float>(rows.At(row), rows.Width);
            foreach (ref var number in target)
            {
                state = (state * 1_664_525) + 1_013_904_223;
                number = (int)state / (float)int.MaxValue;
            }
        }
    }
}

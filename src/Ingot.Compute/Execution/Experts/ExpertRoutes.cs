using Ingot.Compute.Execution.Graph;

namespace Ingot.Compute.Execution.Experts;

/// <summary>
/// Which experts a step's tokens go through, and where in the rows of experts ("slots") each token's copies lie: all of one expert
/// side by side, so that its weights are read once for them. Kept in buffers of the plan.
/// </summary>
/// <param name="shape">What the layer is like.</param>
internal sealed unsafe class ExpertRoutes(ExpertShape shape)
{
    // Of a run: expert, first slot, tokens, and the cost of all runs before.
    private const int RunInts = 4;

    public ExpertShape Shape { get; } = shape;

    /// <summary>[token, chosen]: experts, as integers, best first.</summary>
    public RowBuffer Experts { get; } = new(shape.ChosenCount);

    /// <summary>[token, chosen]: what each expert's result is multiplied with.</summary>
    public RowBuffer Weights { get; } = new(shape.ChosenCount);

    /// <summary>[token, chosen]: slots, as integers.</summary>
    public RowBuffer Slots { get; } = new(shape.ChosenCount);

    /// <summary>[slot]: the token in it, as integers; nothing in those that only fill up an expert's last eight.</summary>
    public RowBuffer TokenOfSlot { get; } = new(1, shape.SlotCount);

    /// <summary>The number of runs, then the runs, as integers.</summary>
    public RowBuffer Runs { get; } = new(RunInts * (shape.ExpertCount + 1), _ => 1);

    /// <summary>Experts that have any token.</summary>
    public int RunCount => ((int*)Runs.Pointer)[0];

    /// <summary>Experts that so many tokens may have chosen between them, at most.</summary>
    public int MostRuns(int tokenCount) => (int)Math.Min(Shape.ExpertCount, (long)tokenCount * Shape.ChosenCount);

    public int* ExpertsOf(int token) => (int*)Experts.Pointer + ((long)token * Shape.ChosenCount);

    public float* WeightsOf(int token) => Weights.Pointer + ((long)token * Shape.ChosenCount);

    public int* SlotsOf(int token) => (int*)Slots.Pointer + ((long)token * Shape.ChosenCount);

    public int* Tokens => (int*)TokenOfSlot.Pointer;

    /// <summary>One expert's tokens.</summary>
    public ExpertRun Run(int index)
    {
        var run = (int*)Runs.Pointer + (RunInts * (index + 1));
        return new ExpertRun(run[0], run[1], run[2], run[3]);
    }

    /// <summary>The cost of all runs, by which they are divided into shares.</summary>
    public int TotalCost => RunCount == 0 ? 0 : Run(RunCount - 1) is var last ? last.CostBefore + last.Cost : 0;

    /// <summary>Gives each token's copies their slots, experts in order and within one the tokens in order.</summary>
    public void Group(int tokenCount)
    {
        var counts = stackalloc int[Shape.ExpertCount];
        new Span<int>(counts, Shape.ExpertCount).Clear();
        var experts = new ReadOnlySpan<int>(ExpertsOf(0), tokenCount * Shape.ChosenCount);
        foreach (var expert in experts)
            counts[expert]++;

        var runs = (int*)Runs.Pointer;
        int runCount = 0, slot = 0, cost = 0;
        for (var expert = 0; expert < Shape.ExpertCount; expert++)
        {
            if (counts[expert] == 0)
                continue;
            var run = new ExpertRun(expert, slot, counts[expert], cost);
            var place = runs + (RunInts * ++runCount);
            (place[0], place[1], place[2], place[3]) = (run.Expert, run.FirstSlot, run.TokenCount, run.CostBefore);
            counts[expert] = slot;
            cost += run.Cost;
            slot += (run.TokenCount + ExpertShape.RowsTogether - 1) / ExpertShape.RowsTogether * ExpertShape.RowsTogether;
        }

        runs[0] = runCount;
        var slots = SlotsOf(0);
        for (var i = 0; i < experts.Length; i++)
        {
            slots[i] = counts[experts[i]]++;
            Tokens[slots[i]] = i / Shape.ChosenCount;
        }
    }
}

/// <summary>One expert's tokens in a step.</summary>
/// <param name="Expert">Which expert.</param>
/// <param name="FirstSlot">Its first slot, a multiple of 8.</param>
/// <param name="TokenCount">Its tokens, at least 1, in neighbouring slots.</param>
/// <param name="CostBefore">The cost of all runs before this one.</param>
internal readonly record struct ExpertRun(int Expert, int FirstSlot, int TokenCount, int CostBefore)
{
    // What reading an expert's weights costs, in tokens multiplied with them.
    private const int CostOfReading = 4;

    /// <summary>What a unit of its outputs costs.</summary>
    public int Cost => TokenCount + CostOfReading;
}

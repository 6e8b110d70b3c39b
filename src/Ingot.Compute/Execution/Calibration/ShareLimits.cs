using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution.Calibration;

/// <summary>The most shares that a phase's work is dealt out in to each member. No result depends on it.</summary>
/// <param name="One">In steps of one row.</param>
/// <param name="Few">In steps of more.</param>
/// <param name="Many">In steps of <see cref="ManyRows"/> and more.</param>
internal sealed record ShareLimits(int One, int Few, int Many)
{
    public const int ManyRows = 32;

    /// <summary>Enough that one share more or less does not show, few enough that taking them does not either, with whatever each needs for itself.</summary>
    public static ShareLimits Usual { get; } = new(8, 8, 8);

    /// <summary>The same for all steps.</summary>
    public static ShareLimits Of(int most) => new(most, most, most);

    /// <summary>For steps of so many rows.</summary>
    public int Most(int rowCount) => rowCount == 1 ? One : rowCount < ManyRows ? Few : Many;

    /// <summary>Shares of each member in a phase; every member comes to the same number.</summary>
    public int Each(Operation[] phase, StepContext step, int memberCount)
    {
        if (memberCount == 1)
            return 1;
        var pieces = 0;
        foreach (var operation in phase)
            pieces = Math.Max(pieces, operation.PieceCount(step));
        return Math.Clamp(pieces / memberCount, 1, Most(step.TokenCount));
    }
}

namespace Ingot.Compute.Execution.Calibration;

/// <summary>Which way of doing the same is taken, after some rounds of timed trials.</summary>
/// <param name="Way">The way's number.</param>
/// <param name="Speed">How many times as fast as the usual one it was; 1 for the usual one, and where nothing can be said.</param>
internal readonly record struct WayChoice(int Way, double Speed)
{
    /// <summary>Fewer rounds say nothing.</summary>
    public const int LeastRounds = 3;

    /// <summary>The fastest way, if it is clearly faster than the usual one; else that.</summary>
    /// <param name="rounds">Seconds of every way, round by round.</param>
    /// <param name="usual">The way that is taken where nothing speaks for another.</param>
    /// <param name="margin">How many times as fast another must be.</param>
    public static WayChoice Of(IReadOnlyList<double[]> rounds, int usual, double margin)
    {
        var best = new WayChoice(usual, 1);
        if (rounds.Count < LeastRounds)
            return best;
        for (var way = 0; way < rounds[0].Length; way++)
        {
            var speed = SpeedOf(rounds, way, usual);
            if (way != usual && speed >= margin && speed > best.Speed)
                best = new WayChoice(way, speed);
        }

        return best;
    }

    /// <summary>How many times as fast a way is as another: by their least times or by their medians, whichever says less. 0 where the clock is too coarse.</summary>
    public static double SpeedOf(IReadOnlyList<double[]> rounds, int way, int other)
    {
        var (mine, theirs) = (Sorted(rounds, way), Sorted(rounds, other));
        return mine.Length == 0 || mine[0] <= 0 ? 0 : Math.Min(theirs[0] / mine[0], theirs[theirs.Length / 2] / mine[mine.Length / 2]);
    }

    private static double[] Sorted(IReadOnlyList<double[]> rounds, int way) => [.. rounds.Select(round => round[way]).Order()];
}

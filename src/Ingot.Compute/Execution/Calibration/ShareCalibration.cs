using System.Globalization;

namespace Ingot.Compute.Execution.Calibration;

/// <summary>How a model's work is shared out, and what came of trying.</summary>
/// <param name="Limits">The most shares.</param>
/// <param name="Told">For logs; without a full stop.</param>
internal sealed record ShareFacts(ShareLimits Limits, string Told);

/// <summary>
/// Finds out, when a model has been loaded, in how many shares its work is best dealt out on this machine: many even out what cores differ by, few cost less
/// to take. Tries the products of the model's own layers, for steps of one row, of a few and of many, as far as there is time for it.
/// </summary>
internal static class ShareCalibration
{
    // In less there is no time for anything: of a model that loads in less than 160 ms nothing is tried.
    private static readonly TimeSpan LeastBudget = TimeSpan.FromMilliseconds(4);
    private const double PartOfLoad = 0.025;

    private const int MostRounds = 5;
    private const int LeastWays = 2;

    // The phases that are tried are not all of a step, and what they gain by themselves is more than what a step does.
    private const double Margin = 1.1;

    // One alone cannot even out what other programs take of a core later on.
    private static readonly int[] Candidates = [2, 4, 8, 16, 32];
    private static readonly int[] RowCounts = [1, 8, 32];

    /// <summary>How long it may take after a load that has taken so long; zero when that is not worth beginning.</summary>
    public static TimeSpan Budget(TimeSpan load) => load * PartOfLoad >= LeastBudget ? load * PartOfLoad : TimeSpan.Zero;

    /// <summary>Tries.</summary>
    /// <param name="phases">What to try with; null where there is nothing fit for it.</param>
    /// <param name="budget">How long it may take, but for the one run that is under way then.</param>
    /// <param name="clock">What time it is.</param>
    public static ShareFacts Run(ProductPhases? phases, TimeSpan budget, TimeProvider clock) =>
        phases is null || phases.MemberCount == 1 || budget <= TimeSpan.Zero ? new ShareFacts(ShareLimits.Usual, "shares as usual") : Run(phases.Each, phases.Run, budget, clock);

    /// <summary>As above, whatever it is that runs.</summary>
    /// <param name="each">Shares of each member, with so many at the most, in steps of so many rows.</param>
    /// <param name="run">Does the work, with so many shares at the most, in steps of so many rows.</param>
    /// <param name="budget">How long it may take.</param>
    /// <param name="clock">What time it is.</param>
    public static ShareFacts Run(Func<int, int, int> each, Action<int, int> run, TimeSpan budget, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        var (limits, tried, once) = (ShareLimits.Usual, new List<string>(), TimeSpan.Zero);
        foreach (var rows in RowCounts)
        {
            var left = budget - clock.GetElapsedTime(began);
            var choice = new Choice(ShareLimits.Usual.Most(rows), 1, once, IsTried: false);
            // More rows take no less time than fewer.
            if (left > TimeSpan.Zero && left >= once * (LeastWays * WayChoice.LeastRounds))
                choice = Choose(choice.Most, most => each(most, rows), most => run(most, rows), left, clock);
            once = choice.Once;
            limits = rows == 1 ? limits with { One = choice.Most } : rows < ShareLimits.ManyRows ? limits with { Few = choice.Most } : limits with { Many = choice.Most };
            tried.Add(choice.ToString());
        }

        return new ShareFacts(limits, string.Create(
            CultureInfo.InvariantCulture,
            $"shares of each thread for 1, 8, 32 tokens {string.Join(", ", tried)} (tried in {clock.GetElapsedTime(began).TotalMilliseconds:F1} ms)"));
    }

    private static Choice Choose(int usual, Func<int, int> each, Action<int> run, TimeSpan budget, TimeProvider clock)
    {
        // The first one wakes the threads up, and touches memory for the first time.
        var first = clock.GetTimestamp();
        run(usual);
        var second = clock.GetTimestamp();
        var once = clock.GetElapsedTime(first, second);
        if (once >= budget)
            return new Choice(usual, 1, once, IsTried: false);
        run(usual);
        once = clock.GetElapsedTime(second);
        var left = budget - clock.GetElapsedTime(first);
        var count = once > TimeSpan.Zero ? (int)Math.Min(Candidates.Length, left / (once * WayChoice.LeastRounds)) : Candidates.Length;
        // Of those that come to the same the first; of the others the nearest to the usual one, as many as there is time for.
        var ways = Candidates.DistinctBy(each).OrderBy(most => each(most) == each(usual) ? 0 : Math.Abs(Math.Log2(most) - Math.Log2(usual))).Take(count).ToArray();
        if (ways.Length < LeastWays)
            return new Choice(usual, 1, once, IsTried: false);
        var rounds = TimedTrials.Run(ways.Length, MostRounds, left, clock, way => run(ways[way]));
        var choice = WayChoice.Of(rounds, 0, Margin);
        return new Choice(choice.Way == 0 ? usual : ways[choice.Way], choice.Speed, once, IsTried: rounds.Count >= WayChoice.LeastRounds);
    }

    // Once: What one run took.
    private readonly record struct Choice(int Most, double Speed, TimeSpan Once, bool IsTried)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Most}{(Speed > 1 ? $" ({Speed:F2} times as fast as usual)" : IsTried ? "" : " (not tried)")}");
    }
}

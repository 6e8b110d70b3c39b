namespace Ingot.Compute.Execution.Calibration;

/// <summary>Times ways of doing the same, by turns, so that whatever else the machine does meets all of them.</summary>
internal static class TimedTrials
{
    /// <summary>Runs whole rounds, each way once in each; what a round that does not end in time has measured is left out.</summary>
    /// <param name="wayCount">Ways.</param>
    /// <param name="mostRounds">The most rounds.</param>
    /// <param name="budget">Nothing is begun after that; it is exceeded by one way's time at the most.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="way">Does it in one way, 0 to <paramref name="wayCount"/> − 1.</param>
    /// <param name="before">Done before each, and not measured; absent for nothing.</param>
    /// <returns>The rounds, each with the seconds of every way.</returns>
    public static List<double[]> Run(int wayCount, int mostRounds, TimeSpan budget, TimeProvider clock, Action<int> way, Action? before = null)
    {
        List<double[]> rounds = [];
        var began = clock.GetTimestamp();
        while (rounds.Count < mostRounds)
        {
            var seconds = new double[wayCount];
            for (var i = 0; i < wayCount; i++)
            {
                // Nobody is always the first.
                var turn = (rounds.Count + i) % wayCount;
                before?.Invoke();
                var start = clock.GetTimestamp();
                if (clock.GetElapsedTime(began, start) >= budget)
                    return rounds;
                way(turn);
                seconds[turn] = clock.GetElapsedTime(start).TotalSeconds;
            }

            rounds.Add(seconds);
        }

        return rounds;
    }
}

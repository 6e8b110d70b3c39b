using System.Diagnostics;
using Ingot.Compute.Threading;

namespace Ingot.Benchmarks.Kernels;

/// <summary>The median and best of repeated runs of a piece of work on a team.</summary>
internal static class Timing
{
    /// <summary>Seconds a run takes; the best of many, for a shared machine adds time and never takes it away.</summary>
    public static double Best(ThreadTeam team, ITeamWork work, double seconds = 0.5)
    {
        team.Run(work);
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; run++)
        {
            long before = Stopwatch.GetTimestamp();
            team.Run(work);
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        return best;
    }
}

using System.Diagnostics;
using Ingot.Benchmarks.Measuring;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// Measures contenders by short turns, so that whatever else the machine does meets all of them, and compares what was measured side by
/// side: the ratios of one round, not the best of an hour.
/// </summary>
internal sealed class Turns(int rounds, TimeSpan turn, RunProgress progress)
{
    /// <summary>What each contender reached in each round.</summary>
    /// <param name="contenders">Who.</param>
    /// <param name="measure">What is measured.</param>
    /// <param name="isPrepared">Whether all is there that is only made the first time: measured once less.</param>
    /// <param name="limit">What nobody can exceed, where there is such a thing: it has a turn in each round, too, and comes last.</param>
    /// <returns>For each contender its rounds' medians; not a number where it has no answer.</returns>
    public async Task<double[][]> MeasureAsync<T>(IReadOnlyList<T> contenders, Func<T, Task<double>> measure, bool isPrepared = false, Func<double>? limit = null)
        where T : IContender
    {
        List<Func<Task<double>>> measures = [.. contenders.Select(contender => (Func<Task<double>>)(() => measure(contender)))];
        if (limit is not null)
            measures.Add(() => Task.FromResult(limit()));
        double[][] reached = [.. measures.Select(_ => new double[rounds])];
        for (int index = 0; !isPrepared && index < measures.Count; index++)
        {
            progress.Say(index < contenders.Count ? $"preparing {contenders[index].Name}," : "the limit,");
            await measures[index]();
        }

        for (int round = 0; round < rounds; round++)
        {
            progress.Say(round == 0 ? $"round 1 of {rounds}" : $"{round + 1}");
            // Who begins changes, so that a machine that gets slower or faster favours nobody.
            foreach (int index in Enumerable.Range(0, measures.Count).Select(i => round % 2 == 0 ? i : measures.Count - 1 - i))
            {
                await SettleAsync(contenders);
                reached[index][round] = await TurnAsync(measures[index]);
            }
        }

        return reached;
    }

    private async Task<double> TurnAsync(Func<Task<double>> measure)
    {
        List<double> values = [];
        long start = Stopwatch.GetTimestamp();
        do
            values.Add(await measure());
        while (!double.IsNaN(values[^1]) && Stopwatch.GetElapsedTime(start) < turn);
        return Spread.MedianOf(values);
    }

    /// <summary>Waits until the threads of the one before have gone to sleep: llama.cpp's spin for a third of a second.</summary>
    private static async Task SettleAsync<T>(IReadOnlyList<T> contenders)
        where T : IContender
    {
        const int LookMilliseconds = 20, MostLooks = 100;
        for (int look = 0; look < MostLooks; look++)
        {
            TimeSpan before = ProcessorTime(contenders);
            await Task.Delay(LookMilliseconds);
            if ((ProcessorTime(contenders) - before).TotalMilliseconds < LookMilliseconds / 10.0)
                return;
        }
    }

    private static TimeSpan ProcessorTime<T>(IReadOnlyList<T> contenders)
        where T : IContender =>
        contenders.Aggregate(Environment.CpuUsage.TotalTime, (sum, contender) => sum + contender.OtherProcessorTime);
}

using System.Diagnostics;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// Measures contenders by short turns, so that whatever else the machine does meets all of them, and compares what was measured side by
/// side: the ratios of one round, not the best of an hour.
/// </summary>
internal sealed class Turns(int rounds, TimeSpan turn)
{
    /// <summary>What each contender reached in each round.</summary>
    /// <returns>For each contender its rounds' medians.</returns>
    public async Task<double[][]> MeasureAsync(IReadOnlyList<IContender> contenders, Func<IContender, Task<double>> measure)
    {
        double[][] reached = [.. contenders.Select(_ => new double[rounds])];
        // Once before, for what is only prepared then.
        foreach (IContender contender in contenders)
            await measure(contender);
        for (int round = 0; round < rounds; round++)
        {
            // Who begins changes, so that a machine that gets slower or faster favours nobody.
            foreach (int index in Enumerable.Range(0, contenders.Count).Select(i => round % 2 == 0 ? i : contenders.Count - 1 - i))
            {
                await SettleAsync(contenders);
                reached[index][round] = await TurnAsync(contenders[index], measure);
            }
        }

        return reached;
    }

    private async Task<double> TurnAsync(IContender contender, Func<IContender, Task<double>> measure)
    {
        List<double> values = [];
        long start = Stopwatch.GetTimestamp();
        while (values.Count == 0 || Stopwatch.GetElapsedTime(start) < turn)
            values.Add(await measure(contender));
        return Spread.Of(values).Median;
    }

    /// <summary>Waits until the threads of the one before have gone to sleep: llama.cpp's spin for a third of a second.</summary>
    private static async Task SettleAsync(IReadOnlyList<IContender> contenders)
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

    private static TimeSpan ProcessorTime(IReadOnlyList<IContender> contenders) =>
        contenders.Aggregate(Environment.CpuUsage.TotalTime, (sum, contender) => sum + contender.OtherProcessorTime);
}

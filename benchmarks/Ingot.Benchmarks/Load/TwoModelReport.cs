using System.Diagnostics;
using System.Globalization;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// Two models that answer at the same time, each with threads for all cores: tokens a second of both together over those of one alone,
/// processor time of a token, and how evenly tokens come. In turns; the ratios are what counts.
/// <c>two-models [&lt;folder&gt;] [--streams 1] [--rounds 7] [--seconds 3]</c>.
/// </summary>
internal static class TwoModelReport
{
    private const int PromptTokens = 64;
    private const int AnswerTokens = 900;

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        int streams = Number(arguments, "--streams", 1), rounds = Number(arguments, "--rounds", 7);
        var duration = TimeSpan.FromSeconds(Number(arguments, "--seconds", 3));
        string? folder = arguments.Length > 0 && !arguments[0].StartsWith("--", StringComparison.Ordinal) ? arguments[0] : null;
        EngineOptions options = BenchmarkEngine.Plain with { MaxSequences = Math.Max(2, streams), PrefixCache = false };
        using InferenceEngine first = BenchmarkEngine.Load(folder, options), second = BenchmarkEngine.Load(folder, options);
        (string Name, InferenceEngine[] Engines)[] ways = [("one alone", [first]), ("two at once", [first, second])];
        var results = ways.Select(_ => new List<Result>()).ToArray();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                int way = (i + Math.Max(round, 0)) % ways.Length;
                Result result = await RunAsync(ways[way].Engines, streams, duration, seed: (round * 100) + way);
                if (round >= 0)
                    results[way].Add(result);
            }
        }

        Console.WriteLine($"{EngineOptions.MachineCores} threads each, {streams} stream(s) each, {rounds} rounds in turns of {duration.TotalSeconds:F0} s, medians (least to greatest)");
        for (int way = 0; way < ways.Length; way++)
        {
            List<Result> own = results[way], alone = results[0];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{ways[way].Name,-12} {Tell(own.Select(result => result.TokensPerSecond))} tokens/s, {Tell(own.Zip(alone, (own, alone) => own.TokensPerSecond / alone.TokensPerSecond), 3)} of one alone; ")
                + string.Create(CultureInfo.InvariantCulture,
                $"processor {Tell(own.Select(result => result.CpuMilliseconds))} ms/token, {Tell(own.Zip(alone, (own, alone) => own.CpuMilliseconds / alone.CpuMilliseconds), 3)} of one alone; ")
                + string.Create(CultureInfo.InvariantCulture,
                $"first of both makes {Tell(own.Select(result => result.FirstShare))}; gaps median {Tell(own.Select(result => result.MedianGap))}, p99 {Tell(own.Select(result => result.LongGap))} ms"));
        }
    }

    private static async Task<Result> RunAsync(InferenceEngine[] engines, int streams, TimeSpan duration, int seed)
    {
        using var stop = new CancellationTokenSource();
        List<long>[] stamps = [.. engines.SelectMany(_ => Enumerable.Range(0, streams)).Select(_ => new List<long>())];
        Task[] tasks =
        [
            .. stamps.Select((stream, i) => AnswerAsync(engines[i / streams], new Random(seed + i), stream, stop.Token)),
        ];
        while (stamps.Any(stream => CountOf(stream) == 0) && !tasks.Any(task => task.IsFaulted))
            await Task.Delay(20);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(duration);
        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        long end = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        await Task.WhenAll(tasks);

        double seconds = Stopwatch.GetElapsedTime(start, end).TotalSeconds;
        int[] made = [.. stamps.Select(stream => stream.Count(stamp => stamp > start && stamp <= end))];
        double[] gaps = [.. stamps.Take(streams).SelectMany(stream => stream.Zip(stream.Skip(1))).Where(gap => gap.First > start && gap.Second <= end).Select(gap => Stopwatch.GetElapsedTime(gap.First, gap.Second).TotalMilliseconds)];
        return new Result(made.Sum() / seconds, used.TotalMilliseconds / made.Sum(), (double)made.Take(streams).Sum() / made.Sum(), Spread.At(gaps, 0.5), Spread.At(gaps, 0.99));
    }

    private static async Task AnswerAsync(InferenceEngine engine, Random random, List<long> stamps, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await foreach (TokenEvent token in engine.Generate(RandomRequest.Greedy(random, PromptTokens, AnswerTokens), cancellation))
                {
                    if (token.Token is null)
                        continue;
                    lock (stamps)
                        stamps.Add(Stopwatch.GetTimestamp());
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private static int CountOf(List<long> stream)
    {
        lock (stream)
            return stream.Count;
    }

    private static int Number(string[] arguments, string name, int otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and var at ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    private static string Tell(IEnumerable<double> values, int digits = 2)
    {
        Spread spread = Spread.Of(values);
        string form = $"F{digits}";
        return string.Create(CultureInfo.InvariantCulture, $"{spread.Median.ToString(form, CultureInfo.InvariantCulture)} ({spread.Least.ToString(form, CultureInfo.InvariantCulture)} to {spread.Greatest.ToString(form, CultureInfo.InvariantCulture)})");
    }

    private sealed record Result(double TokensPerSecond, double CpuMilliseconds, double FirstShare, double MedianGap, double LongGap);
}

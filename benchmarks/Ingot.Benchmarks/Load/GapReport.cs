using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// How evenly answers come while somebody else's long prompt is read: the gaps between the tokens of eight streams before a prompt of 4,000
/// tokens arrives, and until its first token. Guessing ahead is off: it makes several tokens come at once. <c>gaps [&lt;folder&gt;]</c>.
/// </summary>
internal static class GapReport
{
    private const int Streams = 8;
    private const int PromptTokens = 128;
    private const int LongPrompt = 4000;
    private const int Rounds = 3;
    private const int CalmSteps = 100;

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        using InferenceEngine engine = BenchmarkEngine.Load(arguments.FirstOrDefault());
        var random = new Random(1);
        await engine.StampAsync(RandomRequest.Greedy(random, LongPrompt / 4, 8));

        double alone = await engine.SecondsToFirstAsync(RandomRequest.Prompt(random, LongPrompt));
        for (int round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var stamps = new List<long>[Streams];
            Task[] streams = [.. Enumerable.Range(0, Streams).Select(i => ReadAsync(engine, RandomRequest.Greedy(random, PromptTokens, 3500), stamps[i] = [], stop.Token))];
            while (stamps.Any(stream => CountOf(stream) < CalmSteps))
                await Task.Delay(20);
            long arrived = Stopwatch.GetTimestamp();
            double beside = await engine.SecondsToFirstAsync(RandomRequest.Prompt(random, LongPrompt));
            long read = Stopwatch.GetTimestamp();
            await stop.CancelAsync();
            await Task.WhenAll(streams);

            double[] calm = Gaps(stamps, 0, arrived), meanwhile = Gaps(stamps, arrived, read);
            double median = Spread.At(calm, 0.5);
            Console.WriteLine(
                $"gaps of {Streams} streams: median {median:F1} ms, p99 {Spread.At(calm, 0.99):F1} ms; beside a prompt of {LongPrompt}: median {Spread.At(meanwhile, 0.5):F1}, "
                + $"p99 {Spread.At(meanwhile, 0.99):F1} ({Spread.At(meanwhile, 0.99) / median:F2} medians), longest {meanwhile.Max():F1}; "
                + $"its first token after {beside:F2} s, {alone:F2} s without streams");
        }
    }

    private static int CountOf(List<long> stream)
    {
        lock (stream)
            return stream.Count;
    }

    // The first gaps of a stream may hold the other streams' prompts.
    private static double[] Gaps(List<long>[] stamps, long from, long to) =>
    [
        .. stamps.SelectMany(stream => stream.Skip(30).Zip(stream.Skip(31)))
            .Where(gap => gap.Second > from && gap.Second <= to)
            .Select(gap => Stopwatch.GetElapsedTime(gap.First, gap.Second).TotalMilliseconds),
    ];

    private static async Task ReadAsync(InferenceEngine engine, GenerationRequest request, List<long> stamps, CancellationToken cancellation)
    {
        try
        {
            await foreach (TokenEvent _ in engine.Generate(request, cancellation))
            {
                lock (stamps)
                    stamps.Add(Stopwatch.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }
}

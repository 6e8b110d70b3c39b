using System.Diagnostics;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

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
        ModelFolder folder = ModelFolder.Open(arguments.Length > 0 ? arguments[0] : BenchmarkModel.Folder());
        var options = new EngineOptions { Name = "benchmark", MaxDraftTokens = 0 };
        using InferenceEngine engine = InferenceEngine.Load(folder, options, NullLoggerFactory.Instance, CancellationToken.None);
        var random = new Random(1);
        await foreach (TokenEvent _ in engine.Generate(Request(random, LongPrompt / 4, 8), CancellationToken.None)) { }

        double alone = await SecondsToFirstAsync(engine, Request(random, LongPrompt, 1));
        for (int round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var stamps = new List<long>[Streams];
            Task[] streams = [.. Enumerable.Range(0, Streams).Select(i => ReadAsync(engine, Request(random, PromptTokens, 3500), stamps[i] = [], stop.Token))];
            while (stamps.Any(stream => CountOf(stream) < CalmSteps))
                await Task.Delay(20);
            long arrived = Stopwatch.GetTimestamp();
            double beside = await SecondsToFirstAsync(engine, Request(random, LongPrompt, 1));
            long read = Stopwatch.GetTimestamp();
            await stop.CancelAsync();
            await Task.WhenAll(streams);

            double[] calm = Gaps(stamps, 0, arrived), meanwhile = Gaps(stamps, arrived, read);
            double median = At(calm, 0.5);
            Console.WriteLine(
                $"gaps of {Streams} streams: median {median:F1} ms, p99 {At(calm, 0.99):F1} ms; beside a prompt of {LongPrompt}: median {At(meanwhile, 0.5):F1}, "
                + $"p99 {At(meanwhile, 0.99):F1} ({At(meanwhile, 0.99) / median:F2} medians), longest {meanwhile[^1]:F1}; "
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
            .Select(gap => Stopwatch.GetElapsedTime(gap.First, gap.Second).TotalMilliseconds)
            .Order(),
    ];

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static async Task<double> SecondsToFirstAsync(InferenceEngine engine, GenerationRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        await foreach (TokenEvent _ in engine.Generate(request, CancellationToken.None)) { }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

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

    private static GenerationRequest Request(Random random, int promptTokens, int answerTokens) => new()
    {
        Prompt = [.. Enumerable.Range(0, promptTokens).Select(_ => random.Next(256))],
        Sampling = new SamplingOptions { Temperature = 0 },
        MaxTokens = answerTokens,
        IgnoreEndOfSequence = true,
    };
}

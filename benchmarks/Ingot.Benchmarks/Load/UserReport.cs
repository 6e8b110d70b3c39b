using System.Diagnostics;
using System.Globalization;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Load;

/// <summary>
/// Many users for minutes: each asks, reads the answer, and asks again at once, with prompts and answers of mixed lengths. Answer tokens a
/// second of 8 users and of 64, errors, and memory over time. <c>users [&lt;folder&gt;] [--minutes 10]</c>.
/// </summary>
internal static class UserReport
{
    private const int Few = 8;
    private const int Many = 64;
    private const int Looks = 5;

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        int at = Array.IndexOf(arguments, "--minutes");
        double minutes = at >= 0 ? double.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 2;
        ModelFolder folder = ModelFolder.Open(arguments.Length > 0 && at != 0 ? arguments[0] : BenchmarkModel.Folder());
        var options = new EngineOptions { Name = "benchmark" };
        using InferenceEngine engine = InferenceEngine.Load(folder, options, NullLoggerFactory.Instance, CancellationToken.None);
        Console.WriteLine($"model and cache {engine.MemoryBytes / 1e6:F0} MB; {options.MaxSequences} sequences at once");
        double few = await RunAsync(engine, Few, TimeSpan.FromMinutes(minutes / 5));
        double many = await RunAsync(engine, Many, TimeSpan.FromMinutes(minutes));
        Console.WriteLine($"{Many} users make {many / few:F2} times the tokens of {Few}");
    }

    private static async Task<double> RunAsync(InferenceEngine engine, int users, TimeSpan duration)
    {
        var count = new Count();
        using var stop = new CancellationTokenSource();
        Task[] all = [.. Enumerable.Range(0, users).Select(user => AskAsync(engine, user, count, stop.Token))];
        List<string> memory = [];
        long start = Stopwatch.GetTimestamp(), tokensBefore = 0;
        List<double> speeds = [];
        for (int look = 0; look < Looks; look++)
        {
            await Task.Delay(duration / Looks);
            using var process = Process.GetCurrentProcess();
            memory.Add($"{process.WorkingSet64 / 1e6:F0}");
            long tokens = Volatile.Read(ref count.Tokens);
            speeds.Add((tokens - tokensBefore) / (duration / Looks).TotalSeconds);
            tokensBefore = tokens;
        }

        double speed = count.Tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(all);
        EngineStatistics statistics = engine.Statistics;
        Console.WriteLine(
            $"{users,3} users, {duration.TotalMinutes:F1} minutes: {speed:F1} tokens/s ({speeds.Min():F1} to {speeds.Max():F1} by fifths), {count.Answers} answers, {count.Errors} errors, "
            + $"memory {string.Join(", ", memory)} MB, {statistics.Preemptions} preemptions, {statistics.AcceptedTokens} of {statistics.DraftedTokens} guesses right");
        return speed;
    }

    private static async Task AskAsync(InferenceEngine engine, int user, Count count, CancellationToken cancellation)
    {
        var random = new Random(user);
        while (!cancellation.IsCancellationRequested)
        {
            // Most prompts are short, some are long.
            int promptTokens = (int)(16 * Math.Pow(100, random.NextDouble()));
            var request = new GenerationRequest
            {
                Prompt = [.. Enumerable.Range(0, promptTokens).Select(_ => random.Next(256))],
                Sampling = new SamplingOptions { Seed = (ulong)random.NextInt64() },
                MaxTokens = random.Next(8, 256),
                IgnoreEndOfSequence = true,
            };
            try
            {
                await foreach (TokenEvent token in engine.Generate(request, cancellation))
                {
                    if (token.Token is not null)
                        Interlocked.Increment(ref count.Tokens);
                }

                Interlocked.Increment(ref count.Answers);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                Interlocked.Increment(ref count.Errors);
            }
        }
    }

    private sealed class Count
    {
        public long Tokens;
        public long Answers;
        public long Errors;
    }
}

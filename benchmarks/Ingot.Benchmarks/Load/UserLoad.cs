using System.Diagnostics;
using System.Globalization;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;
using Ingot.Engine.Sampling;

namespace Ingot.Benchmarks.Load;

/// <summary>What became of some users' requests.</summary>
/// <param name="TokensPerSecond">Answer tokens of all users.</param>
/// <param name="Speeds">The same in each tenth of the time.</param>
/// <param name="Answers">Answers read to their ends.</param>
/// <param name="Errors">Answers that ended otherwise.</param>
/// <param name="PromptTokens">Lengths of prompts, least to greatest, and their middle.</param>
/// <param name="AnswerTokens">Lengths of answers, the same.</param>
/// <param name="Memory">Bytes of the process at the start, each minute and at the end.</param>
/// <param name="Growth">By what share the process was larger at the end than after a tenth of the time.</param>
internal sealed record UserResult(
    double TokensPerSecond, Spread Speeds, long Answers, long Errors, string PromptTokens, string AnswerTokens, IReadOnlyList<long> Memory, double Growth);

/// <summary>Users who ask, read and ask again, until their time is over.</summary>
/// <param name="engine">Whom they ask.</param>
/// <param name="users">How many there are.</param>
/// <param name="firstSeed">The first one's seed, then one after the other. Who asks what was asked before is answered from memory.</param>
internal sealed class UserLoad(InferenceEngine engine, int users, int firstSeed)
{
    private const int Tenths = 10;

    private static readonly TimeSpan MostWarmUp = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<double> _prompts = [];
    private readonly List<double> _answers = [];
    private long _tokens;
    private long _done;
    private long _errors;

    /// <summary>Bytes of memory that this process has.</summary>
    public static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>Has them ask for some time, and for a little before that: at first all have prompts and nobody answers.</summary>
    public async Task<UserResult> RunAsync(TimeSpan duration)
    {
        using var stop = new CancellationTokenSource();
        List<long> memory = [Resident()];
        List<double> speeds = [];
        Task[] all = [.. Enumerable.Range(firstSeed, users).Select(seed => AskAsync(new Random(seed), stop.Token))];
        await Task.Delay(duration / 4 < MostWarmUp ? duration / 4 : MostWarmUp);
        long start = Stopwatch.GetTimestamp(), since = start, first = Volatile.Read(ref _tokens), before = first, early = memory[0];
        while (speeds.Count < Tenths)
        {
            TimeSpan minute = TimeSpan.FromMinutes(memory.Count), tenth = duration * (speeds.Count + 1) / Tenths;
            TimeSpan next = (minute < tenth ? minute : tenth) - Stopwatch.GetElapsedTime(start);
            await Task.Delay(next > TimeSpan.Zero ? next : TimeSpan.Zero);
            if (minute < tenth)
            {
                memory.Add(Resident());
                continue;
            }

            long now = Stopwatch.GetTimestamp(), tokens = Volatile.Read(ref _tokens);
            speeds.Add((tokens - before) / Stopwatch.GetElapsedTime(since, now).TotalSeconds);
            (since, before) = (now, tokens);
            if (speeds.Count == 1)
                early = Resident();
        }

        double speed = (before - first) / Stopwatch.GetElapsedTime(start, since).TotalSeconds;
        memory.Add(Resident());
        await stop.CancelAsync();
        await Task.WhenAll(all);
        return new UserResult(speed, Spread.Of(speeds), _done, _errors, Describe(_prompts), Describe(_answers), memory, (memory[^1] - early) / (double)early);
    }

    private async Task AskAsync(Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // Most prompts are short, some are long.
            int promptTokens = (int)(16 * Math.Pow(100, random.NextDouble()));
            int answerTokens = random.Next(8, 256);
            GenerationRequest request = RandomRequest.Greedy(random, promptTokens, answerTokens) with { Sampling = new SamplingOptions { Seed = (ulong)random.NextInt64() } };
            try
            {
                await foreach (TokenEvent token in engine.Generate(request, cancellation))
                {
                    if (token.Token is not null)
                        Interlocked.Increment(ref _tokens);
                }

                Note(promptTokens, answerTokens);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (Interlocked.Increment(ref _errors) == 1)
                    Console.Error.WriteLine($"The first error: {exception}");
            }
        }
    }

    private void Note(int promptTokens, int answerTokens)
    {
        Interlocked.Increment(ref _done);
        lock (_lock)
        {
            _prompts.Add(promptTokens);
            _answers.Add(answerTokens);
        }
    }

    private static string Describe(List<double> lengths) => lengths.Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{lengths.Min():F0} to {lengths.Max():F0} (half of them up to {Spread.MedianOf(lengths):F0})");
}

using System.Diagnostics;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Speculation;

/// <summary>How fast an answer came after its first token, and what it took of the processor; the latter is nearly the same on a busy machine.</summary>
internal readonly record struct ReplaySpeed(double TokensPerSecond, double ProcessorMilliseconds);

/// <summary>An engine for one sequence that gives the answers it is told to give (<see cref="ReplayRunner"/>).</summary>
internal sealed class ReplayEngine : IDisposable
{
    private ReplayRunner _runner = null!;

    /// <summary>Loads the model.</summary>
    /// <param name="folder">Its folder; null for the one that is made for measuring.</param>
    /// <param name="mostDraft">How many tokens are guessed ahead at most; 0 for none.</param>
    /// <param name="threads">Threads that compute; 0 for as many as there are cores.</param>
    public ReplayEngine(string? folder, int mostDraft, int threads = 0) =>
        Engine = BenchmarkEngine.Load(
            folder,
            new EngineOptions { Name = "benchmark", MaxSequences = 1, MaxDraftTokens = mostDraft, ThreadCount = threads },
            executor => _runner = new ReplayRunner(executor));

    /// <summary>The engine.</summary>
    public InferenceEngine Engine { get; }

    /// <summary>Has it answer.</summary>
    /// <param name="prompt">What comes before the answer.</param>
    /// <param name="answer">What it is to say; null for its own words, and then <paramref name="tokens"/> of them.</param>
    /// <param name="prediction">What the request predicts.</param>
    /// <param name="tokens">Tokens of an answer in its own words.</param>
    /// <exception cref="InvalidOperationException">It said something else.</exception>
    public async Task<ReplaySpeed> AnswerAsync(int[] prompt, int[]? answer, int[] prediction, int tokens)
    {
        _runner.Script = answer is null ? null : [.. prompt, .. answer];
        GenerationRequest request = RandomRequest.Greedy([.. prompt], answer?.Length ?? tokens) with { Prediction = prediction };
        long first = 0;
        TimeSpan busy = default;
        int count = 0;
        await foreach (TokenEvent token in Engine.Generate(request, CancellationToken.None))
        {
            if (token.Token is null)
                continue;
            if (first == 0)
                (first, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            if (answer is not null && token.Token != answer[count])
                throw new InvalidOperationException($"Token {count} of the answer is {token.Token}, not {answer[count]}.");
            count++;
        }

        return new ReplaySpeed((count - 1) / Stopwatch.GetElapsedTime(first).TotalSeconds, (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds / (count - 1));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Engine.Dispose();
}

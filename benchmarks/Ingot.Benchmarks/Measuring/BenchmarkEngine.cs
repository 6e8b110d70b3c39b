using System.Diagnostics;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Measuring;

/// <summary>Engines to be measured, and what they are asked.</summary>
internal static class BenchmarkEngine
{
    /// <summary>As a service has it, but for guesses: how many of those come true depends on the text, and random weights repeat themselves.</summary>
    public static EngineOptions Plain { get; } = new() { Name = "benchmark", MaxDraftTokens = 0 };

    /// <summary>The model of a folder.</summary>
    /// <param name="folder">Null for the one that is made for measuring.</param>
    /// <param name="options">Null for <see cref="Plain"/>.</param>
    public static InferenceEngine Load(string? folder = null, EngineOptions? options = null) =>
        InferenceEngine.Load(Open(folder), options ?? Plain, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>The same, with something put around what computes the model.</summary>
    public static InferenceEngine Load(string? folder, EngineOptions options, Func<ExecutorRunner, IModelRunner> wrap) =>
        new(wrap(ExecutorRunner.Load(Open(folder), options, CancellationToken.None)), options, NullLogger<InferenceEngine>.Instance);

    /// <summary>Reads an answer to its end.</summary>
    /// <returns>When its tokens came, by <see cref="Stopwatch"/>.</returns>
    public static async Task<long[]> StampAsync(this InferenceEngine engine, GenerationRequest request)
    {
        var stamps = new List<long>(request.MaxTokens ?? 0);
        await foreach (TokenEvent token in engine.Generate(request, CancellationToken.None))
        {
            if (token.Token is not null)
                stamps.Add(Stopwatch.GetTimestamp());
        }

        return [.. stamps];
    }

    /// <summary>Reads answers to their ends, asked for at once.</summary>
    public static async Task<AnswerTimes> StampAsync(this InferenceEngine engine, IEnumerable<GenerationRequest> requests) =>
        new(await Task.WhenAll(requests.Select(request => engine.StampAsync(request))));

    /// <summary>From asking until the first token.</summary>
    public static async Task<double> SecondsToFirstAsync(this InferenceEngine engine, int[] prompt)
    {
        long start = Stopwatch.GetTimestamp();
        long[] stamps = await engine.StampAsync(RandomRequest.Greedy(prompt, answerTokens: 1));
        return Stopwatch.GetElapsedTime(start, stamps[0]).TotalSeconds;
    }

    private static ModelFolder Open(string? folder) => ModelFolder.Open(folder ?? BenchmarkModel.Folder());
}

using System.Diagnostics;
using Ingot.Benchmarks.EndToEnd;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// This engine, as a service uses it: requests go in, tokens come out, scheduling and choosing tokens included. Nothing is guessed ahead:
/// how much of that comes true depends on the text.
/// </summary>
internal sealed class IngotContender : IContender
{
    private readonly InferenceEngine _engine;
    private readonly Random _random = new(1);
    private readonly int[][] _prompts;
    private readonly int[] _chat;
    private bool _chatIsRead;

    /// <summary>Loads the model.</summary>
    public IngotContender(string shape, int threads)
    {
        var options = new EngineOptions { Name = "benchmark", MaxSequences = Load.MostTogether, MaxDraftTokens = 0, ThreadCount = threads };
        _engine = InferenceEngine.Load(ModelFolder.Open(BenchmarkModel.Folder(shape)), options, NullLoggerFactory.Instance, CancellationToken.None);
        _prompts = [.. Enumerable.Range(0, Load.MostTogether).Select(_ => Load.Tokens(_random, Load.Past))];
        _chat = Load.Tokens(_random, Load.Chat);
    }

    /// <inheritdoc/>
    public string Name => "ingot";

    /// <inheritdoc/>
    public async Task<double> DecodeAsync(int together)
    {
        // The first time the prompts are computed, later they are found in the cache; either way the clock starts after all first tokens.
        long[][] times = await Task.WhenAll(_prompts[..together].Select(prompt => AnswerAsync(prompt, Load.Answer)));
        long allStarted = times.Max(stamps => stamps[0]);
        long firstDone = times.Min(stamps => stamps[^1]);
        int between = times.Sum(stamps => stamps.Count(stamp => stamp > allStarted && stamp <= firstDone));
        return between / Stopwatch.GetElapsedTime(allStarted, firstDone).TotalSeconds;
    }

    /// <inheritdoc/>
    public async Task<double> PrefillAsync(int tokens) => tokens / await SecondsToFirstAsync(Load.Tokens(_random, tokens));

    /// <inheritdoc/>
    public async Task<double> SecondTurnAsync()
    {
        if (!_chatIsRead)
            await SecondsToFirstAsync(_chat);
        _chatIsRead = true;
        return 1 / await SecondsToFirstAsync([.. _chat, .. Load.Tokens(_random, Load.Added)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private async Task<double> SecondsToFirstAsync(int[] prompt)
    {
        long start = Stopwatch.GetTimestamp();
        long[] times = await AnswerAsync(prompt, 1);
        return Stopwatch.GetElapsedTime(start, times[0]).TotalSeconds;
    }

    private async Task<long[]> AnswerAsync(int[] prompt, int tokens)
    {
        var request = new GenerationRequest
        {
            Prompt = prompt,
            Sampling = new SamplingOptions { Temperature = 0 },
            MaxTokens = tokens,
            IgnoreEndOfSequence = true,
        };
        var stamps = new List<long>(tokens);
        await foreach (TokenEvent token in _engine.Generate(request, CancellationToken.None))
        {
            if (token.Token is not null)
                stamps.Add(Stopwatch.GetTimestamp());
        }

        return [.. stamps];
    }
}

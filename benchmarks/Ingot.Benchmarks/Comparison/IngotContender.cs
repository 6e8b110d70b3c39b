using Ingot.Benchmarks.EndToEnd;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;

namespace Ingot.Benchmarks.Comparison;

/// <summary>
/// This engine, as a service uses it: requests go in, tokens come out, scheduling and choosing tokens included. Nothing is guessed ahead:
/// how much of that comes true depends on the text.
/// </summary>
internal sealed class IngotContender : IModelContender
{
    private readonly InferenceEngine _engine;
    private readonly Random _random = new(1);
    private readonly int[][] _prompts;
    private readonly int[] _chat;
    private bool _chatIsRead;

    /// <summary>Loads the model.</summary>
    public IngotContender(ModelShape shape, int threads)
    {
        EngineOptions options = BenchmarkEngine.Plain with { MaxSequences = Load.MostTogether, ThreadCount = threads, KvCacheBytes = Load.CacheTokens * shape.KvTokenBytes };
        _engine = BenchmarkEngine.Load(BenchmarkModel.Folder(shape.Name), options);
        _prompts = [.. Enumerable.Range(0, Load.MostTogether).Select(_ => RandomRequest.Prompt(_random, Load.Past))];
        _chat = RandomRequest.Prompt(_random, Load.Chat);
    }

    /// <inheritdoc/>
    public string Name => "ingot";

    /// <inheritdoc/>
    public async Task<double> DecodeAsync(int together)
    {
        // The first time the prompts are computed, later they are found in the cache; either way the clock starts after all first tokens.
        AnswerTimes times = await _engine.StampAsync(_prompts[..together].Select(prompt => RandomRequest.Greedy(prompt, Load.Answer)));
        return times.TokensPerSecond(Load.Answer);
    }

    /// <inheritdoc/>
    public async Task<double> PrefillAsync(int tokens) => tokens / await _engine.SecondsToFirstAsync(RandomRequest.Prompt(_random, tokens));

    /// <inheritdoc/>
    public async Task<double> SecondTurnAsync()
    {
        if (!_chatIsRead)
            await _engine.SecondsToFirstAsync(_chat);
        _chatIsRead = true;
        return 1 / await _engine.SecondsToFirstAsync([.. _chat, .. RandomRequest.Prompt(_random, Load.Added)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}

using System.Runtime;
using Ingot.Benchmarks.Measuring;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Server;

/// <summary>One way to get tokens, measured.</summary>
/// <param name="Speed">Tokens a second of all streams; the median.</param>
/// <param name="Overhead">By how much slower than the bare engine, as a share; the median of the pairs.</param>
/// <param name="Use">What threads besides the model's used for each token; medians.</param>
internal sealed record WayCost(double Speed, double Overhead, ThreadUse Use);

/// <summary>How fast tokens come with the service around the engine and without it.</summary>
/// <param name="Bare">Read from the engine where it is.</param>
/// <param name="Told">Told to clients by the least means there are: what the system and the clients cost.</param>
/// <param name="Served">Told to the same clients by the service.</param>
/// <param name="Rounds">How often each was measured.</param>
internal sealed record Overhead(WayCost Bare, WayCost Told, WayCost Served, int Rounds);

/// <summary>
/// Measures the ways turn by turn, so that whatever else the machine does falls on all of them. Clients are in another process
/// on the same machine: their processor time is not counted, but they take their turns on the cores, which the clock sees.
/// </summary>
internal static class DecodeOverhead
{
    private const int Rounds = 15;
    private const int MostWarmUps = 12;
    private const int AnswerTokens = 96;
    private const int EventBytes = 260;
    private const string Question = "Why is the sky blue, and why is it red in the evening? Tell it in a few sentences, please.";

    /// <summary>Measures with so many answers at a time.</summary>
    public static async Task<Overhead> MeasureAsync(IngotServices services, Uri address, int streams)
    {
        using ModelLease lease = await services.Models.AcquireAsync(ServerModel.Name);
        InferenceEngine engine = lease.Model.Engine;
        var request = new GenerationRequest
        {
            Prompt = Prompt(lease.Model.Tokenizer),
            MaxTokens = AnswerTokens,
            Sampling = new SamplingOptions { Temperature = 0, LogitBias = new Dictionary<int, float> { [ServerModel.EndId] = -100 } },
        };
        var body = new
        {
            model = ServerModel.Name,
            temperature = 0,
            max_tokens = AnswerTokens,
            stream = true,
            logit_bias = new Dictionary<string, int> { [$"{ServerModel.EndId}"] = -100 },
            messages = new[] { new { role = "user", content = Question } },
        };
        await using var teller = new PlainTeller(engine, request, EventBytes);
        await using var told = new ClientProcess(teller.Address, streams, body);
        await using var served = new ClientProcess(new Uri(address, "/v1/chat/completions"), streams, body);
        Way[] ways =
        [
            new(() => Task.WhenAll(Enumerable.Range(0, streams).Select(_ => engine.StampAsync(request))), streams),
            new(told.AskAsync, streams),
            new(served.AskAsync, streams),
        ];
        await WarmUpAsync(ways);
        for (int round = 0; round < Rounds; round++)
        {
            // Who follows whom changes, for whatever one leaves behind.
            for (int turn = 0; turn < ways.Length; turn++)
                await ways[(round + turn) % ways.Length].MeasureAsync();
        }

        return new Overhead(ways[0].Cost(ways[0]), ways[1].Cost(ways[0]), ways[2].Cost(ways[0]), Rounds);
    }

    // Code is compiled again, better, when it has run for a while: that is over when a round brings nothing new.
    private static async Task WarmUpAsync(Way[] ways)
    {
        long compiled = -1;
        for (int round = 0; round < MostWarmUps && JitInfo.GetCompiledMethodCount() != compiled; round++)
        {
            compiled = JitInfo.GetCompiledMethodCount();
            foreach (Way way in ways)
                await way.AnswerAsync();
        }
    }

    // The model's own template, written out: the engine gets the very tokens that the service gives it.
    private static List<int> Prompt(Tokenizer tokenizer) =>
        tokenizer.Encode($"<|im_start|>user\n{Question}<|im_end|>\n<|im_start|>assistant\n", addSpecialTokens: false);

    private sealed class Way(Func<Task<long[][]>> answer, int streams)
    {
        private readonly List<double> _speeds = [];
        private readonly List<ThreadUse> _uses = [];

        public Task<long[][]> AnswerAsync() => answer();

        public async Task MeasureAsync()
        {
            ThreadUse before = ThreadUse.Now();
            _speeds.Add(new AnswerTimes(await answer()).TokensPerSecond(AnswerTokens));
            _uses.Add(ThreadUse.Now().Since(before, streams * AnswerTokens));
        }

        public WayCost Cost(Way bare) => new(
            Spread.MedianOf(_speeds),
            Spread.MedianOf(_speeds.Zip(bare._speeds, (own, other) => 1 - (own / other))),
            new ThreadUse(Spread.MedianOf(_uses.Select(use => use.Others)), Spread.MedianOf(_uses.Select(use => use.Sleeps)), Spread.MedianOf(_uses.Select(use => use.Displaced))));
    }
}

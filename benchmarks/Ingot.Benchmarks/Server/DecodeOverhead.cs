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
/// <param name="Overhead">By how much slower than the bare engine just before and just after, as a share; the median.</param>
/// <param name="Least">What a quarter of the measurements is below.</param>
/// <param name="Most">What a quarter is above.</param>
/// <param name="Use">What threads besides the model's used for each token; medians.</param>
internal sealed record WayCost(double Speed, double Overhead, double Least, double Most, ThreadUse Use);

/// <summary>How fast tokens come with the service around the engine and without it.</summary>
/// <param name="Bare">Read from the engine where it is; its overhead over itself is what the machine's restlessness makes of nothing.</param>
/// <param name="Told">Told to clients by the least means there are: what the system and the clients cost.</param>
/// <param name="Served">Told to the same clients by the service.</param>
/// <param name="Rounds">How often each was measured.</param>
internal sealed record Overhead(WayCost Bare, WayCost Told, WayCost Served, int Rounds);

/// <summary>
/// Measures every other way between two turns of the bare engine. Turns are short, for a virtual machine's cores share theirs with
/// strangers, which makes them slower by a tenth and more for seconds at a time: mostly all three fall into the same such time.
/// Clients are in another process on the same machine: their processor time is not counted, but they take their turns on the cores,
/// which the clock sees.
/// </summary>
internal static class DecodeOverhead
{
    private const int Rounds = 24;
    private const int MostWarmUps = 12;
    private const int AnswerTokens = 48;
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
        var bareWay = new Way(() => Task.WhenAll(Enumerable.Range(0, streams).Select(_ => engine.StampAsync(request))));
        var toldWay = new Way(told.AskAsync);
        var servedWay = new Way(served.AskAsync);
        await WarmUpAsync([bareWay, toldWay, servedWay]);
        await bareWay.MeasureAsync();
        for (int round = 0; round < Rounds; round++)
        {
            // Who follows whom changes, for whatever one leaves behind.
            foreach (Way way in round % 2 == 0 ? [toldWay, servedWay] : new[] { servedWay, toldWay })
            {
                double before = bareWay.Latest;
                await way.MeasureAsync();
                await bareWay.MeasureAsync();
                way.Compare(before, bareWay.Latest);
            }
        }

        bareWay.CompareWithItself();
        return new Overhead(bareWay.Cost(), toldWay.Cost(), servedWay.Cost(), Rounds);
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

    private sealed class Way(Func<Task<long[][]>> answer)
    {
        private readonly List<double> _speeds = [];
        private readonly List<double> _overheads = [];
        private readonly List<ThreadUse> _uses = [];

        public double Latest => _speeds[^1];

        public Task<long[][]> AnswerAsync() => answer();

        public async Task MeasureAsync()
        {
            ThreadUse before = ThreadUse.Now();
            long[][] streams = await answer();

            // A stream's role, reason and end come with its first and last tokens and are none: what comes together is counted once.
            _speeds.Add(new AnswerTimes([.. streams.Select(stamps => stamps.Distinct().ToArray())]).TokensPerSecond(AnswerTokens));
            _uses.Add(ThreadUse.Now().Since(before, streams.Length * AnswerTokens));
        }

        public void Compare(double bareBefore, double bareAfter) => _overheads.Add(1 - (2 * Latest / (bareBefore + bareAfter)));

        public void CompareWithItself()
        {
            for (int i = 1; i < _speeds.Count - 1; i++)
                _overheads.Add(1 - (2 * _speeds[i] / (_speeds[i - 1] + _speeds[i + 1])));
        }

        public WayCost Cost() => new(
            Spread.MedianOf(_speeds),
            Spread.MedianOf(_overheads),
            Spread.At(_overheads, 0.25),
            Spread.At(_overheads, 0.75),
            new ThreadUse(Spread.MedianOf(_uses.Select(use => use.Others)), Spread.MedianOf(_uses.Select(use => use.Sleeps)), Spread.MedianOf(_uses.Select(use => use.Displaced))));
    }
}

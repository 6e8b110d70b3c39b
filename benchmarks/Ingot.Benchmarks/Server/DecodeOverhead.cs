using System.Diagnostics;
using System.Text.Json;
using Ingot.Engine;
using Ingot.Engine.Sampling;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Server;

/// <summary>How fast tokens come with the service around the engine and without it.</summary>
/// <param name="Bare">Tokens a second of all streams, from the engine; the median.</param>
/// <param name="Served">The same over HTTP.</param>
/// <param name="Ratio">Served by bare, the median of the pairs.</param>
/// <param name="ProcessorRatio">
/// Processor time of a served answer by that of a bare one, the client's included; the median of the pairs. Says something only
/// with one computing thread: several spend time waiting for each other.
/// </param>
/// <param name="Rounds">How many pairs there were.</param>
internal sealed record Overhead(double Bare, double Served, double Ratio, double ProcessorRatio, int Rounds);

/// <summary>Measures the two turn by turn, so that whatever else the machine does falls on both.</summary>
internal static class DecodeOverhead
{
    private const int Rounds = 15;
    private const int AnswerTokens = 96;
    private const string Question = "Why is the sky blue, and why is it red in the evening? Tell it in a few sentences, please.";

    /// <summary>Measures with so many answers at a time.</summary>
    public static async Task<Overhead> MeasureAsync(IngotServices services, Uri address, int streams)
    {
        using ModelLease lease = await services.Models.AcquireAsync(ServerModel.Name);
        var request = new GenerationRequest
        {
            Prompt = Prompt(lease.Model.Tokenizer),
            MaxTokens = AnswerTokens,
            Sampling = new SamplingOptions { Temperature = 0, LogitBias = new Dictionary<int, float> { [ServerModel.EndId] = -100 } },
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = ServerModel.Name,
            temperature = 0,
            max_tokens = AnswerTokens,
            stream = true,
            logit_bias = new Dictionary<string, int> { [$"{ServerModel.EndId}"] = -100 },
            messages = new[] { new { role = "user", content = Question } },
        });
        using var client = new StreamClient(new Uri(address, "/v1/chat/completions"), body);
        async Task<double> BareAsync() => Speed(await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => ReadAsync(lease.Model.Engine, request))));
        async Task<double> ServedAsync() => Speed(await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => client.ReadAsync())));

        await BareAsync();
        await ServedAsync();
        var bare = new List<double>();
        var served = new List<double>();
        var bareTime = new List<double>();
        var servedTime = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            // Which of the two goes first changes, for whatever the first leaves behind.
            if (round % 2 == 0)
                await NoteAsync(BareAsync, bare, bareTime);
            await NoteAsync(ServedAsync, served, servedTime);
            if (round % 2 == 1)
                await NoteAsync(BareAsync, bare, bareTime);
        }

        return new Overhead(Median(bare), Median(served), Median(Ratios(served, bare)), Median(Ratios(servedTime, bareTime)), Rounds);
    }

    private static async Task NoteAsync(Func<Task<double>> answer, List<double> speeds, List<double> times)
    {
        TimeSpan used = Environment.CpuUsage.TotalTime;
        speeds.Add(await answer());
        times.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
    }

    private static IEnumerable<double> Ratios(List<double> with, List<double> without) => with.Zip(without, (one, other) => one / other);

    // The model's own template, written out: the engine gets the very tokens that the service gives it.
    private static List<int> Prompt(Tokenizer tokenizer) =>
        tokenizer.Encode($"<|im_start|>user\n{Question}<|im_end|>\n<|im_start|>assistant\n", addSpecialTokens: false);

    private static async Task<long[]> ReadAsync(InferenceEngine engine, GenerationRequest request)
    {
        var stamps = new List<long>(AnswerTokens);
        await foreach (TokenEvent token in engine.Generate(request, CancellationToken.None))
        {
            if (token.Token is not null)
                stamps.Add(Stopwatch.GetTimestamp());
        }

        return [.. stamps];
    }

    /// <summary>Tokens of all streams a second, from when all had begun until the first was done; every stream has the same number.</summary>
    private static double Speed(long[][] streams)
    {
        long begun = streams.Max(stamps => stamps[0]);
        long done = streams.Min(stamps => stamps[^1]);
        double share = streams.Sum(stamps => (double)stamps.Count(stamp => stamp > begun && stamp <= done) / stamps.Length);
        return share * AnswerTokens / Stopwatch.GetElapsedTime(begun, done).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

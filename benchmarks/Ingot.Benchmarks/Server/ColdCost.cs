using System.Globalization;
using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Server;

/// <summary>
/// The <c>streaming --cold</c> mode: how long a step's readers take, one after the other, with nothing of theirs in the caches, which a
/// model's weights empty in every step. So long one of the threads that compute is away from the next step. Side by side: readers who
/// do nothing, readers who write to a plain socket, and the service.
/// </summary>
internal static class ColdCost
{
    private const int AnswerTokens = 250;
    private const int Rounds = 5;

    // Code is compiled again, better, when it has run for a while.
    private const int WarmUps = 3;
    private const int EventBytes = 260;
    private const string Model = "ingot-tiny-chat";

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync()
    {
        ColdRunner? runner = null;
        await using IngotServices services = IngotServices.Create(
            new IngotOptions { MaxDraftTokens = 0 }, NullLoggerFactory.Instance, TimeProvider.System, (plan, _) =>
            {
                var folder = ModelFolder.Open(plan.Entry.LocalPath!);
                runner = new ColdRunner(new PacedRunner(folder.Config!, TimeSpan.Zero));
                var engine = new InferenceEngine(runner, new EngineOptions { MaxDraftTokens = 0 }, NullLogger<InferenceEngine>.Instance);
                return Task.FromResult(new LoadedModel(plan.Entry, folder, Tokenizer.Load(folder.Path), engine));
            });
        await using IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        using ModelLease lease = await services.Models.AcquireAsync(Model);
        foreach (int streams in new[] { 1, 8 })
            await PrintAsync(lease.Model.Engine, runner!, new Uri(new Uri(server.Urls[0]), "/v1/chat/completions"), streams);
    }

    private static async Task PrintAsync(InferenceEngine engine, ColdRunner runner, Uri address, int streams)
    {
        var body = new
        {
            model = Model,
            temperature = 0,
            max_tokens = AnswerTokens,
            stream = true,
            messages = new[] { new { role = "user", content = "Why is the sky blue?" } },
        };
        var request = new GenerationRequest { Prompt = [1, 2, 3], MaxTokens = AnswerTokens, Sampling = new SamplingOptions { Temperature = 0 } };
        await using var teller = new PlainTeller(engine, request, EventBytes);
        await using var told = new ClientProcess(teller.Address, streams, body);
        await using var served = new ClientProcess(address, streams, body);
        (string Name, Func<Task> AnswerAsync, List<ColdRunner.Errand> Errands)[] ways =
        [
            ("read", () => Task.WhenAll(Enumerable.Range(0, streams).Select(_ => ReadAsync(engine.Generate(request, CancellationToken.None)))), []),
            ("told", told.AskAsync, []),
            ("served", served.AskAsync, []),
        ];
        for (int round = -WarmUps; round < Rounds; round++)
        {
            foreach (var (_, answerAsync, errands) in ways)
            {
                await answerAsync();
                IReadOnlyList<ColdRunner.Errand> done = runner.Take(streams);
                if (round >= 0)
                    errands.AddRange(done);
            }
        }

        foreach (var (name, _, errands) in ways)
            Print($"cold {streams} {name}", errands, streams);
    }

    private static async Task ReadAsync(IAsyncEnumerable<TokenEvent> events)
    {
        await foreach (TokenEvent _ in events)
        {
        }
    }

    private static void Print(string name, List<ColdRunner.Errand> errands, int streams)
    {
        double[] times = [.. errands.Select(errand => errand.Microseconds).Order()];
        double bytes = errands.Select(errand => errand.Bytes).Order().ElementAt(errands.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-16}after a step {times[times.Length / 2]:F1} µs ({times[times.Length / 10]:F1} the best tenth, {times[times.Length * 9 / 10]:F1} all but the worst tenth; {times.Length} steps); for each token {times[times.Length / 2] / streams:F1} µs and {bytes / streams:F0} bytes"));
    }
}

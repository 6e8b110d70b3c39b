using System.Globalization;
using Ingot.Benchmarks.Measuring;
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
/// The <c>streaming</c> mode: the processor time that a streamed token costs around the model, which here only waits. Clients run in
/// a process of their own. Neither the number of cores nor what else they do matters much.
/// </summary>
internal static class StreamingCost
{
    private const int AnswerTokens = 250;
    private const int Rounds = 9;

    // Code is compiled again, better, when it has run for a while.
    private const int WarmUps = 6;
    private const string Model = "ingot-tiny-chat";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Measures and prints.</summary>
    /// <param name="arguments"><c>--cold</c>: by the clock, with caches emptied in every step.</param>
    public static async Task PrintAsync(string[] arguments)
    {
        if (arguments.Contains("--cold"))
        {
            await ColdCost.PrintAsync();
            return;
        }

        await using IngotServices services = IngotServices.Create(
            new IngotOptions(), NullLoggerFactory.Instance, TimeProvider.System, (plan, _) =>
            {
                var folder = ModelFolder.Open(plan.Entry.LocalPath!);
                var engine = new InferenceEngine(new PacedRunner(folder.Config, Step), new EngineOptions(), NullLogger<InferenceEngine>.Instance);
                return Task.FromResult(new LoadedModel(plan.Entry, folder, Tokenizer.Load(folder.Path), engine));
            });
        await using IngotServer server = await IngotServer.StartAsync(
            services, new ServerOptions { Urls = "http://127.0.0.1:0" }, NullLoggerFactory.Instance, CancellationToken.None);
        using ModelLease lease = await services.Models.AcquireAsync(Model);
        foreach (int streams in new[] { 1, 8 })
            await PrintAsync(lease.Model.Engine, server.Urls[0], streams);
    }

    private static async Task PrintAsync(InferenceEngine engine, string url, int streams)
    {
        var body = new
        {
            model = Model,
            temperature = 0,
            max_tokens = AnswerTokens,
            stream = true,
            messages = new[] { new { role = "user", content = "Why is the sky blue?" } },
        };
        await using var clients = new ClientProcess(new Uri(new Uri(url), "/v1/chat/completions"), streams, body);
        var request = new GenerationRequest { Prompt = [1, 2, 3], MaxTokens = AnswerTokens, Sampling = new SamplingOptions { Temperature = 0 } };
        async Task BareAsync() => await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => engine.StampAsync(request)));
        async Task ServedAsync()
        {
            if ((await clients.AskAsync()).Sum(stream => stream.Length) < streams * AnswerTokens / 2)
                throw new InvalidOperationException("The clients got too few events.");
        }

        var bare = new List<Cost>();
        var served = new List<Cost>();
        for (int round = -WarmUps; round < Rounds; round++)
        {
            Cost without = await CostAsync(BareAsync, streams);
            Cost with = await CostAsync(ServedAsync, streams);
            if (round < 0)
                continue;
            bare.Add(without);
            served.Add(with);
        }

        Console.WriteLine($"streaming {streams}, for each token: bare {Describe(bare)}; served {Describe(served)}");
    }

    private static async Task<Cost> CostAsync(Func<Task> answer, int streams)
    {
        (Environment.ProcessCpuUsage used, long waits) = (Environment.CpuUsage, Waits());
        await answer();
        double tokens = streams * AnswerTokens;
        Environment.ProcessCpuUsage now = Environment.CpuUsage;
        return new Cost(
            (now.UserTime - used.UserTime).TotalMicroseconds / tokens, (now.PrivilegedTime - used.PrivilegedTime).TotalMicroseconds / tokens, (Waits() - waits) / tokens);
    }

    /// <summary>How often the threads of this process have gone to sleep; 0 where the system does not tell.</summary>
    private static long Waits()
    {
        const string Field = "voluntary_ctxt_switches:";
        if (!OperatingSystem.IsLinux())
            return 0;
        return Directory.EnumerateDirectories("/proc/self/task")
            .SelectMany(task => File.ReadLines(Path.Combine(task, "status")))
            .Where(line => line.StartsWith(Field, StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture));
    }

    private static string Describe(List<Cost> costs)
    {
        Spread totals = Spread.Of(costs.Select(cost => cost.User + cost.System));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Median:F1} µs of processor time ({totals.Least:F1} to {totals.Greatest:F1}; {Spread.MedianOf(costs.Select(cost => cost.User)):F1} the program's, {Spread.MedianOf(costs.Select(cost => cost.System)):F1} the system's) and {Spread.MedianOf(costs.Select(cost => cost.Waits)):F2} threads put to sleep");
    }

    private sealed record Cost(double User, double System, double Waits);
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Compiler;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Embeddings;

/// <summary>
/// How much faster vectors of many short texts come in one request than one text at a time, in process and over HTTP.
/// The model is the shipped one; <c>embeddings &lt;folder&gt;</c> measures a model folder instead, <c>embeddings random</c>
/// one with the shape of MiniLM-L6 and random weights.
/// </summary>
internal static class EmbeddingReport
{
    private const int Texts = 256;
    private const int Runs = 7;

    private static readonly string[] Words =
        ["the", "river", "runs", "quickly", "under", "old", "bridges", "while", "people", "watch", "boats", "and", "birds", "from", "both", "banks"];

    /// <summary>Measures and prints.</summary>
    public static async Task PrintAsync(string[] arguments)
    {
        string folder = arguments.FirstOrDefault() switch
        {
            null => Path.Combine(AppContext.BaseDirectory, "models", "ingot-tiny-embed"),
            "random" => MakeModel(),
            var given => given,
        };
        await using var services = IngotServices.Create(new IngotOptions(), NullLoggerFactory.Instance);
        string model = (await services.Catalog.FindOrOpenAsync(folder, CancellationToken.None)).Id;
        string[] texts = [.. Enumerable.Range(0, Texts).Select(Sentence)];

        int tokens = (await services.Embeddings.EmbedAsync(Turn(model, texts))).PromptTokens;
        Console.WriteLine($"model             {folder}");
        Console.WriteLine($"texts             {Texts} of {(double)tokens / Texts:F1} tokens");
        Console.WriteLine($"threads           {Environment.ProcessorCount}");
        await PrintAsync("in process", texts, batch => services.Embeddings.EmbedAsync(Turn(model, batch)));

        var options = new ServerOptions { Urls = "http://127.0.0.1:0" };
        await using IngotServer server = await IngotServer.StartAsync(services, options, NullLoggerFactory.Instance, CancellationToken.None);
        using var client = new HttpClient();
        await PrintAsync("over HTTP", texts, batch => PostAsync(client, $"{server.Urls[0]}/v1/embeddings", model, batch));
    }

    private static async Task PrintAsync(string name, string[] texts, Func<string[], Task> embed)
    {
        double together = await BestAsync(() => embed(texts));
        double alone = await BestAsync(async () =>
        {
            foreach (string text in texts)
                await embed([text]);
        });
        Console.WriteLine($"{name,-11}       one at a time {texts.Length / alone,8:F0} texts/s, in one request {texts.Length / together,8:F0} texts/s: {alone / together:F1} times as many");
    }

    /// <summary>The best of several runs: a shared machine takes speed away and never adds any.</summary>
    private static async Task<double> BestAsync(Func<Task> run)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static async Task PostAsync(HttpClient client, string url, string model, string[] texts)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { model, input = texts, encoding_format = "base64" }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await client.PostAsync(url, content);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }

    private static EmbeddingTurn Turn(string model, string[] texts) =>
        new() { Model = model, Inputs = [.. texts.Select(text => new EmbeddingInput.OfText(text))] };

    private static string Sentence(int seed)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, random.Next(4, 13)).Select(_ => Words[random.Next(Words.Length)]));
    }

    private static string MakeModel()
    {
        string folder = Path.Combine(Path.GetTempPath(), "ingot-benchmark-minilm-int8");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"Making a model with random weights in {folder} (once)…");
            ModelCompiler.Compile(
                new CompileRequest
                {
                    RandomWeightsConfig = Path.Combine(AppContext.BaseDirectory, "Embeddings", "minilm-l6.json"),
                    OutputFolder = folder,
                    Precision = Precision.Int8,
                },
                progress: null,
                CancellationToken.None);
        }

        return folder;
    }
}

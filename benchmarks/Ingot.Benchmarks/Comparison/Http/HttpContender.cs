using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ingot.Benchmarks.Measuring;
using Ingot.Benchmarks.Server;

namespace Ingot.Benchmarks.Comparison.Http;

/// <summary>A service asked by <c>POST /v1/completions</c>, prompts given as tokens, answers streamed, by the same client whoever it is.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="address">Where it answers.</param>
/// <param name="processorTime">Processor time it has used outside of this process.</param>
/// <param name="service">What to dispose with it.</param>
internal sealed class HttpContender(string name, Uri address, Func<TimeSpan> processorTime, IDisposable service) : IModelContender
{
    private static readonly int[][] Prompts = [.. Enumerable.Range(0, Load.MostTogether).Select(seed => RandomRequest.Prompt(new Random(seed), Load.Past))];

    private readonly HttpClient _client = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
    private readonly Random _random = new(1);
    private readonly int[] _chat = RandomRequest.Prompt(new Random(Load.Chat), Load.Chat);
    private bool _chatIsRead;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public TimeSpan OtherProcessorTime => processorTime();

    /// <inheritdoc/>
    public async Task<double> DecodeAsync(int together)
    {
        _chatIsRead = false;
        // A token that ends inside a character comes with the next one: there are some events fewer than tokens.
        var times = new AnswerTimes(await Task.WhenAll(Prompts[..together].Select(prompt => AskAsync(prompt, Load.Answer))));
        return times.TokensPerSecond(Load.Answer);
    }

    /// <inheritdoc/>
    public async Task<double> PrefillAsync(int tokens)
    {
        _chatIsRead = false;
        return tokens / await SecondsToFirstAsync(RandomRequest.Prompt(_random, tokens));
    }

    /// <inheritdoc/>
    public async Task<double> SecondTurnAsync()
    {
        if (!_chatIsRead)
            await SecondsToFirstAsync(_chat);
        _chatIsRead = true;
        return 1 / await SecondsToFirstAsync([.. _chat, .. RandomRequest.Prompt(_random, Load.Added)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        service.Dispose();
    }

    private async Task<double> SecondsToFirstAsync(int[] prompt)
    {
        long start = Stopwatch.GetTimestamp();
        long[] times = await AskAsync(prompt, tokens: 1);
        return Stopwatch.GetElapsedTime(start, times[0]).TotalSeconds;
    }

    private async Task<long[]> AskAsync(int[] prompt, int tokens)
    {
        var body = new JsonObject
        {
            ["model"] = ServerModel.Name,
            ["prompt"] = new JsonArray([.. prompt.Select(token => (JsonNode)token)]),
            ["max_tokens"] = tokens,
            ["temperature"] = 0,
            ["stream"] = true,
            ["logit_bias"] = new JsonObject { [$"{ServerModel.EndId}"] = -100 },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/completions") { Content = JsonContent.Create(body) };
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{name} refused: {await response.Content.ReadAsStringAsync()}");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var stamps = new List<long>(tokens);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
                stamps.Add(Stopwatch.GetTimestamp());
        }

        return [.. stamps];
    }
}

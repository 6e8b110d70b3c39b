using Ingot.Server.Security;
using Ingot.Testing;

namespace Ingot.Server.Tests.Callers;

/// <summary>What a key may use in a minute, by a clock the test moves.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Requests_are_counted_told_and_refused_until_some_come_back()
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("few", requests: 3);
        string other = await service.MakeKeyAsync("any");
        await service.StartAsync();
        var left = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await service.ChatAsync(key);
            Assert.True(response.IsSuccessStatusCode);
            Assert.Equal("3", One(response, "x-ratelimit-limit-requests"));
            left.Add($"{One(response, "x-ratelimit-remaining-requests")} {One(response, "x-ratelimit-reset-requests")}");
        }

        using HttpResponseMessage refused = await service.ChatAsync(key);
        using HttpResponseMessage reading = await service.SendAsync(HttpMethod.Get, "/v1/models", key);
        using HttpResponseMessage unlimited = await service.ChatAsync(other);

        Assert.Equal(["2 20s", "1 40s", "0 1m0s"], left);
        Assert.Equal((429, "rate_limit_exceeded"), await GuardedService.ErrorAsync(refused));
        Assert.Equal(("20", "20000", "0"), (One(refused, "retry-after"), One(refused, "retry-after-ms"), One(refused, "x-ratelimit-remaining-requests")));
        Assert.Equal((200, "0"), ((int)reading.StatusCode, One(reading, "x-ratelimit-remaining-requests")));
        Assert.Equal((200, false), ((int)unlimited.StatusCode, unlimited.Headers.Any(header => header.Key.StartsWith("x-ratelimit", StringComparison.OrdinalIgnoreCase))));
        service.Time.Advance(TimeSpan.FromSeconds(20));
        using HttpResponseMessage later = await service.ChatAsync(key);
        using HttpResponseMessage again = await service.ChatAsync(key);
        Assert.Equal((200, 429), ((int)later.StatusCode, (int)again.StatusCode));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "Hi"}]}""", "usage", "total_tokens")]
    [InlineData("/v1/completions", """{"model": "tiny", "prompt": "Once upon a time"}""", "usage", "total_tokens")]
    [InlineData("/openai/v1/responses", """{"model": "tiny", "input": "Hi"}""", "usage", "total_tokens")]
    public async Task Tokens_are_counted_as_the_answers_usage_has_them(string path, string json, string usage, string total)
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("some", tokens: 1000);
        await service.StartAsync();

        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Post, path, key, json);
        int used = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty(usage).GetProperty(total).GetInt32();

        Assert.InRange(used, 2, 999);
        Assert.Equal(("1000", $"{1000 - used}"), (One(response, "x-ratelimit-limit-tokens"), One(response, "x-ratelimit-remaining-tokens")));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model": "tiny", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}""")]
    [InlineData("/v1/completions", """{"model": "tiny", "stream": true, "prompt": "Once upon a time"}""")]
    [InlineData("/v1/responses", """{"model": "tiny", "stream": true, "input": "Hi"}""")]
    [InlineData("/v1/responses", """{"model": "tiny", "stream": true, "background": true, "input": "Hi"}""")]
    public async Task Streams_and_background_responses_use_tokens_too(string path, string json)
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("some", tokens: 1000);
        await service.StartAsync();

        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Post, path, key, json);
        await response.Content.ReadAsStringAsync();
        int left = await LeftAsync(service, key);

        Assert.True(response.IsSuccessStatusCode);
        Assert.InRange(left, 900, 990);
    }

    [Fact]
    public async Task A_key_that_used_more_than_it_had_waits_until_that_is_made_up_for()
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("few", tokens: 6);
        await service.StartAsync();
        using HttpResponseMessage first = await service.ChatAsync(key);
        int used = System.Text.Json.JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32();

        using HttpResponseMessage second = await service.ChatAsync(key);

        Assert.True(used > 6);
        Assert.Equal((200, "0"), ((int)first.StatusCode, One(first, "x-ratelimit-remaining-tokens")));
        Assert.Equal((429, "rate_limit_exceeded"), await GuardedService.ErrorAsync(second));
        Assert.Equal($"{(used - 6 + 1) * 10}", One(second, "retry-after"));
        service.Time.Advance(TimeSpan.FromSeconds((used - 6 + 1) * 10));
        using HttpResponseMessage third = await service.ChatAsync(key);
        Assert.Equal(200, (int)third.StatusCode);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(20, "20ms")]
    [InlineData(1500, "1.5s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(61_001, "1m1.001s")]
    public void Durations_are_written_as_clients_read_them(int milliseconds, string text) => Assert.Equal(text, KeyAccount.Text(TimeSpan.FromMilliseconds(milliseconds)));

    private static string One(HttpResponseMessage response, string header) => Assert.Single(response.Headers.GetValues(header));

    // What a stream used is counted when its connection is through with it, which its reader may learn a moment earlier.
    private static async Task<int> LeftAsync(GuardedService service, string key)
    {
        using var patience = new CancellationTokenSource(Waits.Longest);
        while (true)
        {
            using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, "/v1/models", key);
            int left = int.Parse(One(response, "x-ratelimit-remaining-tokens"), null);
            if (left < 990 || patience.IsCancellationRequested)
                return left;
        }
    }
}

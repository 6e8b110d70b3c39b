using System.Text.Json;
using Ingot.Service;

namespace Ingot.Server.Tests.Edge;

/// <summary>Pages of other sites cannot use the service, but for those that the options name.</summary>
public sealed class OriginTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<string> StateChangingPaths =>
        ["/openai/load/no-such", "/openai/unload/no-such", "/openai/unloadall", "/models/load/no-such", "/models/unload/no-such", "/openai/setgpudevice/1"];

    public static TheoryData<string, string> Works => new()
    {
        { "POST", "/v1/chat/completions" }, { "POST", "/openai/v1/chat/completions" }, { "POST", "/v1/responses" }, { "POST", "/v1/completions" },
        { "POST", "/v1/embeddings" }, { "POST", "/v1/tokenize" }, { "POST", "/v1/conversations" }, { "POST", "/openai/download" }, { "POST", "/shutdown" },
        { "DELETE", "/v1/responses/resp_x" }, { "POST", "/v1/responses/resp_x/cancel" }, { "PUT", "/v1/chat/completions" }, { "POST", "/no/such/route" },
    };

    [Theory]
    [MemberData(nameof(StateChangingPaths))]
    public async Task A_browser_that_asks_for_another_sites_page_changes_nothing(string path)
    {
        (string Name, string Value)[] foreign =
        [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://example.com"), ("Origin", "null"),
            ("Origin", "http://localhost:1"), ("Host", "example.com"),
        ];
        foreach ((string name, string value) in foreign)
            await AssertForbiddenAsync(await AskAsync("GET", path, (name, value)));
    }

    [Theory]
    [MemberData(nameof(StateChangingPaths))]
    public async Task Its_own_page_a_typed_address_and_plain_clients_pass(string path)
    {
        (string Name, string Value)[] own =
        [
            ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Origin", server.Url), ("Origin", server.Url.ToUpperInvariant()), ("X-None", "of these"),
        ];
        foreach ((string name, string value) in own)
            Assert.Contains((int)(await AskAsync("GET", path, (name, value))).StatusCode, new[] { 200, 404 });
    }

    [Theory]
    [MemberData(nameof(Works))]
    public async Task No_foreign_page_gets_work_done_with_or_without_asking_first(string method, string path)
    {
        foreach (string origin in new[] { "https://example.com", "null", "http://localhost", "https://127.0.0.1", "http://127.0.0.1.example.com", "file://", "", "https://a, https://b" })
        {
            // What a page may send without a preflight: such a type, and no header of its own.
            await AssertForbiddenAsync(await AskAsync(method, path, ("Origin", origin), ("Content-Type", "text/plain")));
            await AssertForbiddenAsync(await AskAsync(method, path, ("Origin", origin), ("Content-Type", "application/json")));
        }

        foreach (string site in new[] { "cross-site", "same-site", "Cross-Site", "nonsense" })
            await AssertForbiddenAsync(await AskAsync(method, path, ("Sec-Fetch-Site", site)));
    }

    [Fact]
    public async Task What_only_reads_is_answered_to_whoever_cannot_read_the_answer_and_not_to_scripts()
    {
        Assert.Equal(200, (int)(await AskAsync("GET", "/openai/loadedmodels", ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        await AssertForbiddenAsync(await AskAsync("GET", "/openai/loadedmodels", ("Origin", "https://example.com")));
    }

    [Fact]
    public async Task A_browser_that_asks_first_is_refused_without_a_word_of_permission()
    {
        using HttpResponseMessage response = await PreflightAsync(server.Client, server.Url, "https://example.com");

        await AssertForbiddenAsync(response);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || header.Key == "Vary");
    }

    [Fact]
    public async Task A_named_site_is_told_what_it_may_do_and_gets_its_answers()
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { AllowedOrigins = ["https://App.Example:443", "http://localhost:3000"] });

        using HttpResponseMessage asked = await PreflightAsync(service.Client, service.Url, "https://app.example");
        using HttpResponseMessage answered = await PostAsync(service, "https://app.example");
        using HttpResponseMessage refused = await PostAsync(service, "https://app.example", "{");

        Assert.Equal((204, "https://app.example"), ((int)asked.StatusCode, One(asked, "Access-Control-Allow-Origin")));
        Assert.Equal("authorization, content-type, x-stainless-os", One(asked, "Access-Control-Allow-Headers"));
        Assert.Contains("POST", One(asked, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal("true", One(asked, "Access-Control-Allow-Private-Network"));
        Assert.False(asked.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal((200, 400), ((int)answered.StatusCode, (int)refused.StatusCode));
        foreach (HttpResponseMessage response in new[] { answered, refused })
        {
            Assert.Equal("https://app.example", One(response, "Access-Control-Allow-Origin"));
            string exposed = One(response, "Access-Control-Expose-Headers");
            Assert.All(["x-request-id", "retry-after", "x-ratelimit-remaining-requests", "x-ratelimit-reset-tokens"], name => Assert.Contains(name, exposed, StringComparison.Ordinal));
            Assert.Contains("Origin", response.Headers.Vary);
        }
    }

    [Theory]
    [InlineData("http://app.example")]
    [InlineData("https://app.example:8443")]
    [InlineData("https://app.example.evil.example")]
    [InlineData("https://evil-app.example")]
    [InlineData("https://sub.app.example")]
    [InlineData("https://app.example/path")]
    [InlineData("https://user@app.example")]
    [InlineData("https://app.example, https://app.example")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("")]
    public async Task A_site_that_is_not_quite_the_named_one_is_refused(string origin)
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { AllowedOrigins = ["https://app.example"] });

        await AssertForbiddenAsync(await PreflightAsync(service.Client, service.Url, origin));
        await AssertForbiddenAsync(await PostAsync(service, origin));
    }

    private static async Task<HttpResponseMessage> PostAsync(TestService service, string origin, string? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{service.Url}/v1/chat/completions")
        {
            Content = new StringContent(body ?? TestService.Chat(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
        return await service.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(HttpClient client, string url, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, $"{url}/v1/chat/completions");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization, content-type, x-stainless-os");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Private-Network", "true");
        return await client.SendAsync(request);
    }

    private static string One(HttpResponseMessage response, string header) => Assert.Single(response.Headers.GetValues(header));

    private static async Task AssertForbiddenAsync(HttpResponseMessage response)
    {
        using (response)
        {
            JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
            Assert.Equal((403, "forbidden"), ((int)response.StatusCode, error.GetProperty("code").GetString()));
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Url + path);
        if (method is "POST" or "PUT")
            request.Content = new ByteArrayContent("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "input": "Hi", "prompt": "Hi"}"""u8.ToArray());
        foreach ((string name, string value) in headers)
            Assert.True((name == "Content-Type" ? request.Content?.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value)) ?? true);
        return await server.Client.SendAsync(request);
    }
}

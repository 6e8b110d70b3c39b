using System.Globalization;
using System.Text;
using Ingot.Server.Security;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>Every answer has an id by which it is found in the log.</summary>
public sealed class RequestIdTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Chat = """{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2""";

    public static TheoryData<string, string, string?, int> Requests => new()
    {
        { "GET", "/health", null, 200 },
        { "GET", "/v1/models", null, 200 },
        { "POST", "/v1/chat/completions", Chat + "}", 200 },
        { "POST", "/v1/chat/completions", Chat + ", \"stream\": true}", 200 },
        { "POST", "/v1/responses", """{"model": "ingot-tiny-chat", "input": "Hi", "max_output_tokens": 2, "stream": true}""", 200 },
        { "POST", "/v1/chat/completions", "{", 400 },
        { "GET", "/v1/models?api-key=x", null, 400 },
        { "POST", "/shutdown", "", 403 },
        { "GET", "/no/such/route", null, 404 },
        { "GET", "/v1/models/no-such", null, 404 },
        { "DELETE", "/v1/models", null, 405 },
        { "OPTIONS", "/v1/models", null, 405 },
        { "HEAD", "/health", null, 405 },
        { "POST", "/v1/embeddings", "x", 400 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Every_answer_has_a_new_id_under_both_names_and_says_how_long_it_took(string method, string path, string? body, int status)
    {
        using HttpResponseMessage first = await AskAsync(method, path, body);
        using HttpResponseMessage second = await AskAsync(method, path, body);

        Assert.Equal((status, status), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Matches("^req_[0-9a-f]{32}$", IdOf(first));
        Assert.NotEqual(IdOf(first), IdOf(second));
        Assert.Equal(IdOf(first), Assert.Single(first.Headers.GetValues("apim-request-id")));
        Assert.InRange(long.Parse(Assert.Single(first.Headers.GetValues("openai-processing-ms")), CultureInfo.InvariantCulture), 0, 600_000);
    }

    [Theory]
    [InlineData("my-request.17", true)]
    [InlineData("6f1b5a3e-0c3d-4c3e-9a55-6a3c2c5c7e11", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("new\tline", false)]
    [InlineData("<script>", false)]
    [InlineData("{\"a\":1}", false)]
    public async Task The_clients_own_id_comes_back_if_it_is_short_and_plain(string id, bool isKept)
    {
        using HttpResponseMessage response = await AskAsync("GET", "/no/such/route", null, ("X-Request-Id", id));

        Assert.Equal(isKept, IdOf(response) == id);
        Assert.Equal(IdOf(response), Assert.Single(response.Headers.GetValues("apim-request-id")));
    }

    [Fact]
    public void A_long_id_or_several_are_replaced()
    {
        Assert.Equal(new string('a', 128), RequestIdMiddleware.IdOf(new string('a', 128)));
        Assert.StartsWith("req_", RequestIdMiddleware.IdOf(new string('a', 129)), StringComparison.Ordinal);
        Assert.StartsWith("req_", RequestIdMiddleware.IdOf(new(["a", "b"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_names_the_request_that_failed_and_nothing_of_its_credentials()
    {
        var log = new CollectedLog();
        await using TestService service = await TestService.StartAsync(
            tiny => tiny.Load(new FakeRunner { VocabularySize = 260, OnStep = _ => throw new InvalidOperationException("broken"), Next = _ => 'a' }), loggers: log);
        foreach (string path in new[] { "/v1/chat/completions", "/v1/chat/completions?api-key=s3cret", "/v1/models?access_token=s3cret", "/no/such?api_key=s3cret" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, service.Url + path)
            {
                Content = new StringContent(TestService.Chat(), Encoding.UTF8, "application/json"),
                Headers = { { "X-Request-Id", "mine-1" }, { "api-key", "s3cret" }, { "Authorization", "Bearer s3cret" } },
            };
            using HttpResponseMessage response = await service.Client.SendAsync(request);
            Assert.Equal("mine-1", IdOf(response));
        }

        Assert.Contains(log.Lines, line => line.Contains("mine-1", StringComparison.Ordinal) && line.Contains("/v1/chat/completions", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    private static string IdOf(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("X-Request-Id"));

    private async Task<HttpResponseMessage> AskAsync(string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Url + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await server.Client.SendAsync(request);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Ingot.Service.Providers;
using Ingot.Testing;

namespace Ingot.Gateway.Tests.Forwarding;

/// <summary>What becomes of what a provider answers, and of its key.</summary>
public sealed class ProviderAnswerTests
{
    private const string Request = """{"model": "far", "messages": []}""";
    private const string Variable = "INGOT_TEST_PROVIDER_KEY";

    [Theory]
    [InlineData(400, """{"error":{"message":"No.","type":"invalid_request_error","param":"x","code":null}}""")]
    [InlineData(422, """{"detail": [ "in its own form" ]}""")]
    [InlineData(429, """{"error": {"message": "Slow down."}}""")]
    [InlineData(500, """{"object":"error","message":"Broken."}""")]
    [InlineData(404, """{"error":{"message":"No such model.","code":"model_not_found"}}""")]
    public async Task Its_own_errors_pass_as_they_are(int status, string body)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync(body, status);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);

        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData(500, "<html>oops</html>", 502, "provider_failed")]
    [InlineData(404, "404 page not found", 502, "provider_failed")]
    [InlineData(429, "", 429, "queue_full")]
    [InlineData(503, "busy", 503, "not_ready")]
    [InlineData(504, "<html>", 504, "provider_timed_out")]
    [InlineData(413, "<html>", 413, "request_too_large")]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: sk-12345."}}""", 502, "provider_failed")]
    [InlineData(403, """{"error":{"message":"Not yours."}}""", 502, "provider_failed")]
    public async Task What_is_no_error_object_or_concerns_our_key_is_told_in_our_words(int status, string body, int told, string code)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync(body, status, "text/html");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);

        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((told, code), ((int)answer.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("elsewhere", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-12345", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_no_answer()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("<script>alert(1)</script>", 200, "text/html");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);

        Assert.Equal((HttpStatusCode.BadGateway, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Its_key_is_sent_to_it_and_a_redirect_gets_neither_key_nor_request()
    {
        await using FakeProvider other = await FakeProvider.SayingAsync("{}");
        await using FakeProvider provider = await FakeProvider.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"{other.Address}/chat/completions";
            return Task.CompletedTask;
        });
        Environment.SetEnvironmentVariable(Variable, "sk-secret-1");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { Key = new ProviderKey(Variable) });

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request, request => request.Headers.Add("Authorization", "Bearer mine"));

        Assert.Equal("Bearer sk-secret-1", Assert.Single(provider.Requests).Headers["Authorization"]);
        Assert.Empty(other.Requests);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("another address (307)", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_tells_the_key_is_not_passed_on()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("""{"error":{"message":"Quota of sk-secret-2 used up."}}""", 429);
        await using GatewayService service = await GatewayService.StartAsync();
        string file = Path.Combine(service.Home, "key");
        await File.WriteAllTextAsync(file, "sk-secret-2\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await service.Book.ChangeAsync(_ => [GatewayService.Provider(provider.Address) with { Key = new ProviderKey(null, file) }], CancellationToken.None);

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);

        Assert.Equal("Bearer sk-secret-2", Assert.Single(provider.Requests).Headers["Authorization"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.DoesNotContain("sk-secret-2", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_there_or_open_to_others_is_said_to_be_so()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { Key = new ProviderKey("INGOT_TEST_NO_SUCH_KEY") });

        using HttpResponseMessage missing = await service.PostAsync("chat/completions", Request);
        Assert.Contains("variable INGOT_TEST_NO_SUCH_KEY is not set", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        if (!OperatingSystem.IsWindows())
        {
            string file = Path.Combine(service.Home, "open-key");
            await File.WriteAllTextAsync(file, "sk-open");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            await service.Book.ChangeAsync(_ => [GatewayService.Provider(provider.Address) with { Key = new ProviderKey(null, file) }], CancellationToken.None);
            using HttpResponseMessage open = await service.PostAsync("chat/completions", Request);
            Assert.Contains("must be 0600", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task Of_an_answers_head_only_what_is_meant_for_clients_passes()
    {
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.Response.Headers.SetCookie = "session=1";
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers["x-ratelimit-remaining-tokens"] = "5";
            context.Response.Headers["x-request-id"] = "theirs";
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.Body.WriteAsync("{}"u8.ToArray());
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("embeddings", """{"model": "far", "input": "x"}""");

        Assert.Equal(["5"], answer.Headers.GetValues("x-ratelimit-remaining-tokens"));
        Assert.Equal(["theirs"], answer.Headers.GetValues("x-provider-request-id"));
        Assert.False(answer.Headers.Contains("Set-Cookie") || answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("/v1/embeddings", Assert.Single(provider.Requests).Path);
    }

    [Theory]
    [InlineData("http://169.254.169.254/v1", "link-local")]
    [InlineData("http://[::ffff:169.254.169.254]/v1", "link-local")]
    [InlineData("http://8.8.8.8/v1", "plain-http")]
    public async Task Nothing_is_sent_where_no_provider_should_be(string address, string reason)
    {
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(new Uri(address)));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Request);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_silent_is_given_up()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FakeProvider provider = await FakeProvider.StartAsync((context, _) =>
        {
            var gone = new TaskCompletionSource();
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            return gone.Task;
        });
        await using GatewayService service = await GatewayService.StartAsync(time, GatewayService.Provider(provider.Address));

        Task<HttpResponseMessage> asking = service.PostAsync("chat/completions", Request);
        await asked.Task;
        time.Advance(new GatewayOptions().SilenceTimeout);
        using HttpResponseMessage answer = await asking;

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("provider_timed_out", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Ingot.Service.Callers;
using Ingot.Testing;

namespace Ingot.Gateway.Tests.Forwarding;

/// <summary>What a caller's key allows holds for models elsewhere, too.</summary>
public sealed class CallerTests
{
    private const string Chat = """{"model": "far", "messages": []}""";
    private const string Stream = "data: {\"choices\":[]}\n\ndata: {\"choices\":[]}\n\ndata: [DONE]\n\n";

    [Theory]
    [InlineData("""{"usage": {"prompt_tokens": 60, "completion_tokens": 50, "total_tokens": 110}}""", "application/json", true)]
    [InlineData("""{"usage": {"prompt_tokens": 6, "completion_tokens": 5, "total_tokens": 11}}""", "application/json", false)]
    [InlineData(Stream, "text/event-stream", false)]
    public async Task What_an_answer_used_counts_against_its_callers_limit(string answer, string type, bool isMore)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync(answer, type: type);
        await using GatewayService service = await GatewayService.StartAsync(new ManualTime(), GatewayService.Provider(provider.Address));
        string key = await MakeKeyAsync(service, new ApiKey("", "few", default) { TokensPerMinute = 100 });

        using HttpResponseMessage first = await PostAsync(service, key, Chat);
        Assert.Equal(answer, await first.Content.ReadAsStringAsync());
        using HttpResponseMessage second = await PostAsync(service, key, Chat);

        Assert.Equal((HttpStatusCode.OK, isMore ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.DoesNotContain(provider.Requests, request => request.Headers.Values.Any(value => value.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_model_that_a_key_does_not_allow_is_neither_shown_nor_reached()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));
        string key = await MakeKeyAsync(service, new ApiKey("", "local", default) { Models = ["tiny"] });

        using HttpResponseMessage refused = await PostAsync(service, key, Chat);
        using HttpResponseMessage translated = await PostAsync(service, key, """{"model": "far", "input": "Hi"}""", "responses");
        using HttpResponseMessage list = await SendAsync(service, key, new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/v1/models"));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (refused.StatusCode, translated.StatusCode));
        Assert.DoesNotContain(JsonDocument.Parse(await list.Content.ReadAsStringAsync()).RootElement.GetProperty("data").EnumerateArray(), model => model.GetProperty("id").GetString() == "far");
        Assert.DoesNotContain(provider.Requests, request => request.Path.EndsWith("/chat/completions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_has_a_key_may_not_therefore_register_models()
    {
        await using GatewayService service = await GatewayService.StartAsync();
        string key = await MakeKeyAsync(service, new ApiKey("", "any", default));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{service.Url}/openai/register")
        {
            Content = new StringContent("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1"}""", Encoding.UTF8, "application/json"),
        };

        using HttpResponseMessage refused = await SendAsync(service, key, request);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(service.Book.Providers);
    }

    [Fact]
    public async Task Where_a_provider_is_only_this_machines_user_is_told()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address, new Uri("http://127.0.0.1:9/v1")));
        string open = await service.Client.GetStringAsync($"{service.Url}/openai/replicas");
        string key = await MakeKeyAsync(service, new ApiKey("", "any", default));
        string limited = await MakeKeyAsync(service, new ApiKey("", "local", default) { Models = ["tiny"] });

        using HttpResponseMessage known = await SendAsync(service, key, new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/openai/replicas"));
        using HttpResponseMessage nothing = await SendAsync(service, limited, new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/openai/replicas"));
        using HttpClient pipe = service.OnPipe();
        JsonElement[] replicas = [.. JsonDocument.Parse(await known.Content.ReadAsStringAsync()).RootElement.EnumerateArray()];

        Assert.Equal(2, replicas.Length);
        Assert.All(replicas, replica => Assert.Equal(("elsewhere", false, JsonValueKind.Null), (replica.GetProperty("provider").GetString(), replica.TryGetProperty("address", out _), replica.GetProperty("reason").ValueKind)));
        Assert.Equal("[]", await nothing.Content.ReadAsStringAsync());
        Assert.All([open, await pipe.GetStringAsync("http://localhost/openai/replicas")], list => Assert.Contains($"\"address\":\"{provider.Address}\"", list, StringComparison.Ordinal));
    }

    private static async Task<string> MakeKeyAsync(GatewayService service, ApiKey wanted) =>
        (await new ApiKeyFile(service.Home, TimeProvider.System).CreateAsync(wanted, CancellationToken.None)).Text;

    private static Task<HttpResponseMessage> PostAsync(GatewayService service, string key, string json, string path = "chat/completions") =>
        service.PostAsync(path, json, request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"));

    private static Task<HttpResponseMessage> SendAsync(GatewayService service, string key, HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("api-key", key);
        return service.Client.SendAsync(request);
    }
}

using System.Net;

namespace Ingot.Gateway.Tests.Forwarding;

public sealed class ForwardingTests
{
    [Fact]
    public async Task A_providers_model_is_answered_by_the_provider_under_its_own_name()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("""{"id": "x", "odd":  1}""");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync(
            "chat/completions", """{"messages": [], "mod\u0065l" : "FAR", "unheard_of": {"model": "far"}}""");

        Assert.Equal((HttpStatusCode.OK, """{"id": "x", "odd":  1}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        SentRequest sent = Assert.Single(provider.Requests);
        Assert.Equal(("/v1/chat/completions", """{"messages": [], "mod\u0065l" : "far-model", "unheard_of": {"model": "far"}}"""), (sent.Path, sent.Body));
    }

    [Fact]
    public async Task Our_own_models_answer_themselves()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "Hi"}]}""");

        Assert.Contains("\"content\":\"here\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    [Theory]
    [InlineData("""{"model": "far", "model": "far", "messages": []}""")]
    [InlineData("""{"model": "far", "messages": []""")]
    [InlineData("""{"model": "far"} {}""")]
    [InlineData("""["far"]""")]
    [InlineData("""{"model": ["far"]}""")]
    [InlineData("""{"inner": {"model": "far"}}""")]
    [InlineData("")]
    public async Task What_is_no_well_formed_request_is_refused_here(string body)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task Neither_the_callers_key_nor_its_cookies_go_on()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", """{"model": "far"}""", request =>
        {
            request.Headers.Add("Authorization", "Bearer mine");
            request.Headers.Add("api-key", "mine");
            request.Headers.Add("Cookie", "mine=1");
            request.Headers.Add("X-Forwarded-For", "10.0.0.1");
            request.Headers.Add("Idempotency-Key", "once");
        });

        IReadOnlyDictionary<string, string> headers = Assert.Single(provider.Requests).Headers;
        Assert.DoesNotContain(headers, header => header.Value.Contains("mine", StringComparison.Ordinal) || header.Key.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("once", headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_said_to_be_so()
    {
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(new Uri("http://127.0.0.1:9/v1")));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", """{"model": "far"}""");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("\"code\":\"provider_failed\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

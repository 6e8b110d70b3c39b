using System.Net;
using System.Text.Json;
using Ingot.Gateway.Tests.Replicas;
using Ingot.Service.Callers;
using Ingot.Service.Providers;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Gateway.Tests.Responses;

/// <summary>Responses that a provider makes and keeps: found through this service, by who asked for them.</summary>
public sealed class RemoteResponseTests
{
    private const string Ask = """{"model": "far", "input": "Hi"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_another_Ingot_made_is_told_listed_gone_on_from_and_removed_through_this_one(bool isStream)
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back));
        string id = await MakeAsync(front, isStream ? Ask.Replace("}", ", \"stream\": true}", StringComparison.Ordinal) : Ask);

        (HttpStatusCode found, string told) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}");
        (_, string other) = await SendAsync(front, HttpMethod.Get, $"/openai/v1/responses/{id}");
        (HttpStatusCode listed, string items) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}/input_items?order=asc&limit=5");
        string next = await MakeAsync(front, $$"""{"model": "far", "input": "And?", "previous_response_id": "{{id}}"}""");
        (HttpStatusCode removed, string gone) = await SendAsync(front, HttpMethod.Delete, $"/v1/responses/{id}");
        (HttpStatusCode after, _) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}");
        (HttpStatusCode there, _) = await SendAsync(back, HttpMethod.Get, $"/v1/responses/{id}");
        (_, string chained) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{next}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (found, listed, removed));
        Assert.Equal((id, "completed"), (Text(told, "id"), Text(told, "status")));
        Assert.Equal(told, other);
        Assert.Contains("\"text\":\"Hi\"", items, StringComparison.Ordinal);
        Assert.Contains("\"deleted\":true", gone, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (after, there));
        Assert.Equal(id, Text(chained, "previous_response_id"));
    }

    [Fact]
    public async Task The_events_of_one_that_was_streamed_are_told_again()
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back));
        string id = await MakeAsync(front, Ask.Replace("}", ", \"stream\": true}", StringComparison.Ordinal));

        (_, string all) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}?stream=true");
        (_, string some) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}?stream=true&starting_after=2&api-version=v1");

        Assert.StartsWith("event: response.created", all, StringComparison.Ordinal);
        Assert.Contains("event: response.completed", all, StringComparison.Ordinal);
        Assert.EndsWith(some, all, StringComparison.Ordinal);
        Assert.True(some.Length < all.Length);
    }

    [Fact]
    public async Task Anothers_are_not_there()
    {
        await using GatewayService back = await GatewayService.StartAsync();
        await using GatewayService front = await GatewayService.StartAsync(Behind(back));
        string mine = await MakeKeyAsync(front, "mine");
        string theirs = await MakeKeyAsync(front, "theirs");
        string id = await MakeAsync(front, Ask, mine);

        List<(HttpStatusCode Status, string Body)> refused = [];
        foreach ((HttpMethod method, string path) in ((HttpMethod, string)[])[(HttpMethod.Get, ""), (HttpMethod.Get, "/input_items"), (HttpMethod.Post, "/cancel"), (HttpMethod.Delete, "")])
        {
            refused.Add(await SendAsync(front, method, $"/v1/responses/{id}{path}", theirs));
            Assert.Equal(refused[^1].Body.Replace(id, "resp_none", StringComparison.Ordinal), (await SendAsync(front, method, $"/v1/responses/resp_none{path}", theirs)).Body);
        }

        foreach (string previous in new[] { $"\"previous_response_id\": \"{id}\"", $"\"previous_response_id\": \"resp_none\", \"previous_response_id\": \"{id}\"", $"\"Previous_Response_Id\": \"{id}\"" })
        {
            using HttpResponseMessage answer = await PostAsync(front, $$"""{"model": "far", "input": "And?", {{previous}}}""", theirs);
            Assert.True((int)answer.StatusCode is 400 or 404, $"{previous}: {answer.StatusCode}");
        }

        using HttpResponseMessage gone = await PostAsync(front, $$"""{"model": "far", "input": "And?", "previous_response_id": "{{id}}"}""", theirs);
        using HttpResponseMessage local = await PostAsync(front, $$"""{"model": "tiny", "input": "And?", "previous_response_id": "{{id}}"}""", theirs);
        string said = await local.Content.ReadAsStringAsync();
        (HttpStatusCode own, _) = await SendAsync(front, HttpMethod.Get, $"/v1/responses/{id}", mine);
        string next = await MakeAsync(front, $$"""{"model": "far", "input": "And?", "previous_response_id": "{{id}}"}""", mine);

        Assert.All(refused, answer => Assert.Equal(HttpStatusCode.NotFound, answer.Status));
        Assert.Equal((HttpStatusCode.NotFound, said), (gone.StatusCode, await gone.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.OK, own);
        Assert.NotEqual(id, next);
    }

    [Fact]
    public async Task It_is_asked_of_the_replica_that_made_it_and_of_no_other()
    {
        int made = 0;
        async Task AnswerAsync(HttpContext context, string body)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(context.Request.Method == "POST" ? $$"""{"object":"response","id":"resp_{{Interlocked.Increment(ref made)}}"}""" : $$"""{"path":"{{context.Request.Path}}{{context.Request.QueryString}}"}""");
        }

        await using FakeProvider first = await FakeProvider.StartAsync(AnswerAsync);
        using var port = new ReservedPort();
        FakeProvider second = await FakeProvider.StartAsync(AnswerAsync, port.Number);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address) with { HasResponses = true });
        Dictionary<string, FakeProvider> makers = [];
        while (makers.Values.Distinct().Count() < 2)
        {
            int before = second.Asked();
            string id = await MakeAsync(service, $$"""{"model": "far", "input": "{{makers.Count}}"}""");
            makers[id] = second.Asked() > before ? second : first;
        }

        foreach ((string id, FakeProvider maker) in makers)
        {
            Assert.Contains($"/v1/responses/{id}?limit=2", (await SendAsync(service, HttpMethod.Get, $"/v1/responses/{id}?limit=2&api-version=v1")).Body, StringComparison.Ordinal);
            SentRequest asked = Assert.Single(maker.Requests, request => request.Path == $"/v1/responses/{id}");
            Assert.Equal(("GET", ""), (asked.Method, asked.Body));
        }

        await second.DisposeAsync();
        (HttpStatusCode lost, string why) = await SendAsync(service, HttpMethod.Get, $"/v1/responses/{makers.First(made => made.Value == second).Key}");
        Assert.Equal(HttpStatusCode.BadGateway, lost);
        Assert.Contains("Provider 'elsewhere' did not answer: it refuses connections.", why, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Requests, request => request.Method == "GET" && makers.Any(made => made.Value == second && request.Path.EndsWith(made.Key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_remembered_over_a_start_and_said_to_be_gone_with_its_provider()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("""{"id":"resp_kept","object":"response"}""");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = true });
        await MakeAsync(service, Ask);
        await service.RestartAsync();

        (HttpStatusCode found, string told) = await SendAsync(service, HttpMethod.Get, "/v1/responses/resp_kept");
        await service.Book.ChangeAsync(_ => [GatewayService.Provider(provider.Address) with { Name = "another", Models = [new ProviderModel("other")] }], CancellationToken.None);
        (HttpStatusCode gone, string why) = await SendAsync(service, HttpMethod.Get, "/v1/responses/resp_kept");

        Assert.Equal((HttpStatusCode.OK, "resp_kept"), (found, Text(told, "id")));
        Assert.Equal(HttpStatusCode.NotFound, gone);
        Assert.Contains("'elsewhere', which is no longer registered", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":{"message":"No.","type":"server_error"},"id":"resp_x"}""", 500, Ask)]
    [InlineData("""{"id":"resp_x"}""", 200, """{"model": "far", "input": "Hi", "store": false}""")]
    [InlineData("""{"metadata":{"id":"resp_x","resp_x":"resp_x"},"user":"resp_x","id":"resp_y"}""", 200, Ask)]
    [InlineData("""{"id":"../v1/models"}""", 200, Ask)]
    public async Task What_is_no_kept_responses_own_id_is_not_remembered(string answer, int status, string request)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync(answer, status);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = true });
        using HttpResponseMessage made = await service.PostAsync("responses", request);
        await made.Content.ReadAsStringAsync();

        foreach (string id in new[] { "resp_x", "..%2Fv1%2Fmodels", "" })
            Assert.Contains((await SendAsync(service, HttpMethod.Get, $"/v1/responses/{id}")).Status, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.BadRequest]);
        Assert.DoesNotContain(provider.Requests, sent => sent.Method == "GET");
    }

    private static ModelProvider Behind(GatewayService back) => GatewayService.Provider(new Uri($"{back.Url}/v1")) with { Models = [new ProviderModel("tiny", "far")] };

    private static async Task<string> MakeAsync(GatewayService service, string json, string? key = null)
    {
        using HttpResponseMessage made = await PostAsync(service, json, key);
        string text = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, text);
        return text.StartsWith('{') ? Text(text, "id") : Text(text.Split('\n').First(line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..], "response", "id");
    }

    private static Task<HttpResponseMessage> PostAsync(GatewayService service, string json, string? key) =>
        service.PostAsync("responses", json, request => request.Headers.TryAddWithoutValidation("api-key", key ?? "any"));

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(GatewayService service, HttpMethod method, string path, string? key = null)
    {
        using var request = new HttpRequestMessage(method, service.Url + path);
        request.Headers.TryAddWithoutValidation("api-key", key ?? "any");
        using HttpResponseMessage answer = await service.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> MakeKeyAsync(GatewayService service, string name) =>
        (await new ApiKeyFile(service.Home, TimeProvider.System).CreateAsync(new ApiKey("", name, default), CancellationToken.None)).Text;

    private static string Text(string json, params string[] path) =>
        path.Aggregate(JsonDocument.Parse(json).RootElement, (element, name) => element.GetProperty(name)).GetString()!;
}

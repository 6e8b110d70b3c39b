using System.Net;
using System.Text;
using System.Text.Json;

namespace Ingot.Gateway.Tests.Translation;

/// <summary>Responses made here of a provider's chat completions.</summary>
public sealed class TranslatedResponseTests
{
    private const string Said =
        """
        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

        data: {"choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}

        data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

        : still there

        data: {"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}],"system_fingerprint":"x"}

        data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}

        data: [DONE]


        """;

    private const string Called =
        """
        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Rome\"}"}}]}}]}

        data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: [DONE]

        """;

    [Fact]
    public async Task A_response_is_made_of_chat_chunks_and_goes_on_from_one_that_was_kept()
    {
        await using FakeProvider provider = await StartAsync(Said);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        JsonElement first = await PostAsync(service, """{"model": "far", "input": "Hi", "instructions": "Be brief.", "max_output_tokens": 50}""");
        JsonElement second = await PostAsync(service, $$"""{"model": "far", "input": "And?", "previous_response_id": "{{first.GetProperty("id").GetString()}}"}""");
        JsonElement kept = JsonDocument.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{second.GetProperty("id").GetString()}")).RootElement;

        Assert.Equal(("completed", "far"), (first.GetProperty("status").GetString(), first.GetProperty("model").GetString()));
        Assert.Equal(["reasoning", "message"], first.GetProperty("output").EnumerateArray().Select(item => item.GetProperty("type").GetString()));
        Assert.Equal("Hello", TextOf(first));
        JsonElement usage = first.GetProperty("usage");
        Assert.Equal((11, 4, 3, 1), (
            usage.GetProperty("input_tokens").GetInt32(),
            usage.GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32(),
            usage.GetProperty("output_tokens").GetInt32(),
            usage.GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt32()));
        Assert.Equal("Hello", TextOf(kept));

        SentRequest[] sent = [.. provider.Requests.Where(request => request.Path == "/v1/chat/completions")];
        JsonElement asked = JsonDocument.Parse(sent[0].Body).RootElement, went = JsonDocument.Parse(sent[1].Body).RootElement;
        Assert.Equal(("far-model", true, 50), (asked.GetProperty("model").GetString(), asked.GetProperty("stream").GetBoolean(), asked.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(["system:Be brief.", "user:Hi"], Messages(asked));
        Assert.Equal(["user:Hi", "assistant:Hello", "user:And?"], Messages(went));
        Assert.Single(provider.Requests, request => request.Path == "/v1/responses");
    }

    [Fact]
    public async Task A_streamed_response_has_all_its_events()
    {
        await using FakeProvider provider = await StartAsync(Said);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = false });

        using HttpResponseMessage answer = await service.PostAsync("responses", """{"model": "far", "input": "Hi", "stream": true}""");
        string text = await answer.Content.ReadAsStringAsync();

        string[] types = [.. text.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..])];
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added"], types.Take(3));
        Assert.Equal(2, types.Count(type => type == "response.output_text.delta"));
        Assert.Equal("response.completed", types[^1]);
        Assert.DoesNotContain(provider.Requests, request => request.Path == "/v1/responses");
    }

    [Fact]
    public async Task Calls_of_functions_become_items()
    {
        await using FakeProvider provider = await StartAsync(Called);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        JsonElement response = await PostAsync(service, """
            {"model": "far", "input": "Weather in Rome?", "store": false, "parallel_tool_calls": false, "tool_choice": "required",
             "tools": [{"type": "function", "name": "weather", "description": "Tells it.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}]}
            """);

        JsonElement call = Assert.Single(response.GetProperty("output").EnumerateArray());
        Assert.Equal(("function_call", "call_1", "weather", """{"city":"Rome"}"""), (
            call.GetProperty("type").GetString(), call.GetProperty("call_id").GetString(), call.GetProperty("name").GetString(), call.GetProperty("arguments").GetString()));
        JsonElement asked = JsonDocument.Parse(provider.Requests[^1].Body).RootElement;
        Assert.Equal(("weather", "required", false), (
            asked.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString(), asked.GetProperty("tool_choice").GetString(), asked.GetProperty("parallel_tool_calls").GetBoolean()));
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"Too long.","code":"context_length_exceeded"}}""", 400, "context_length_exceeded", "Too long.")]
    [InlineData(429, """{"error":{"message":"Slow down."}}""", 429, "queue_full", "Slow down.")]
    [InlineData(500, "<html>", 502, "provider_failed", "500")]
    [InlineData(401, "{}", 502, "provider_failed", "401")]
    public async Task A_refusal_of_the_provider_is_told_by_the_responses_status(int status, string body, int told, string code, string words)
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync(body, status);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = false });

        using HttpResponseMessage answer = await service.PostAsync("responses", """{"model": "far", "input": "Hi"}""");

        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((told, code), ((int)answer.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: {\"error\":{\"message\":\"died\"}}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: nonsense\n\n")]
    public async Task An_answer_that_breaks_off_fails_with_what_there_was(string events)
    {
        await using FakeProvider provider = await StartAsync(events);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = false });

        using HttpResponseMessage answer = await service.PostAsync("responses", """{"model": "far", "input": "Hi", "stream": true}""");
        string last = (await answer.Content.ReadAsStringAsync()).Split('\n').Last(line => line.StartsWith("data: {", StringComparison.Ordinal))[6..];

        JsonElement response = JsonDocument.Parse(last).RootElement.GetProperty("response");
        Assert.Equal(("failed", "provider_failed", "Hel"), (response.GetProperty("status").GetString(), response.GetProperty("error").GetProperty("code").GetString(), TextOf(response)));
    }

    [Fact]
    public async Task A_background_response_is_made_and_kept()
    {
        await using FakeProvider provider = await StartAsync(Said);
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address) with { HasResponses = false });

        JsonElement queued = await PostAsync(service, """{"model": "far", "input": "Hi", "background": true}""");
        string events = await service.Client.GetStringAsync($"{service.Url}/v1/responses/{queued.GetProperty("id").GetString()}?stream=true");

        Assert.Equal("queued", queued.GetProperty("status").GetString());
        Assert.Contains("\"type\":\"response.completed\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_makes_responses_gets_them_as_they_are()
    {
        await using FakeProvider provider = await FakeProvider.StartAsync((context, body) =>
        {
            context.Response.StatusCode = body == "{}" ? 400 : 200;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"object": "response", "odd": true}""");
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage first = await service.PostAsync("responses", """{"model": "far", "input": "Hi", "unheard_of": 1}""");
        using HttpResponseMessage second = await service.PostAsync("responses/input_tokens", """{"model": "far", "input": "Hi"}""");

        Assert.Equal("""{"object": "response", "odd": true}""", await first.Content.ReadAsStringAsync());
        Assert.Equal(
            [("/v1/responses", "{}"), ("/v1/responses", """{"model": "far-model", "input": "Hi", "unheard_of": 1}"""), ("/v1/responses/input_tokens", """{"model": "far-model", "input": "Hi"}""")],
            provider.Requests.Select(request => (request.Path, request.Body)));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    private static Task<FakeProvider> StartAsync(string events) => FakeProvider.StartAsync((context, _) =>
    {
        if (context.Request.Path != "/v1/chat/completions")
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "text/event-stream";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(events)).AsTask();
    });

    private static async Task<JsonElement> PostAsync(GatewayService service, string json)
    {
        using HttpResponseMessage answer = await service.PostAsync("responses", json);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static string TextOf(JsonElement response) => string.Concat(response.GetProperty("output").EnumerateArray()
        .Where(item => item.GetProperty("type").GetString() == "message")
        .SelectMany(item => item.GetProperty("content").EnumerateArray())
        .Select(part => part.GetProperty("text").GetString()));

    private static IEnumerable<string> Messages(JsonElement request) => request.GetProperty("messages").EnumerateArray()
        .Select(message => $"{message.GetProperty("role").GetString()}:{message.GetProperty("content").GetString()}");
}

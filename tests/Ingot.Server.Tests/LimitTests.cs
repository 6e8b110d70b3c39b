using System.Text.Json;
using Ingot.Engine;
using Ingot.Service;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>How much the service takes on, and what it says beyond that.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_request_beyond_those_worked_on_is_told_to_come_again()
    {
        using var held = new ManualResetEventSlim();
        await using TestService service = await TestService.StartAsync(
            model => model.Load(new FakeRunner { VocabularySize = 260, OnStep = _ => held.Wait(), Next = _ => 'a' }),
            new IngotOptions { MaxConcurrentRequests = 1 });
        Task<HttpResponseMessage> first = service.PostChatAsync(TestService.Chat("\"max_tokens\": 2, \"stream\": true"));
        await service.Time.TimerAsync(TimeSpan.FromSeconds(15));

        using HttpResponseMessage second = await service.PostChatAsync(TestService.Chat());
        using HttpResponseMessage reading = await service.Client.GetAsync($"{service.Url}/v1/models");

        await AssertRefusedAsync(second, 429, "queue_full");
        Assert.Equal("1", second.Headers.GetValues("Retry-After").Single());
        Assert.Equal(200, (int)reading.StatusCode);
        held.Set();
        Assert.Equal(200, (int)(await first).StatusCode);
        Assert.Equal(200, (int)(await service.PostChatAsync(TestService.Chat("\"max_tokens\": 2"))).StatusCode);
    }

    [Fact]
    public async Task An_answer_beyond_the_models_queue_is_told_to_come_again()
    {
        using var held = new ManualResetEventSlim();
        await using TestService service = await TestService.StartAsync(
            model => model.Load(new FakeRunner { VocabularySize = 260, OnStep = _ => held.Wait() }),
            model: new TinyModel { EngineOptions = new EngineOptions { MaxSequences = 2, QueueCapacity = 1 } });
        await service.OccupyAsync(answers: 2);

        using HttpResponseMessage response = await service.PostChatAsync(TestService.Chat("\"n\": 2"));
        using HttpResponseMessage never = await service.PostChatAsync(TestService.Chat("\"n\": 4"));

        held.Set();
        await AssertRefusedAsync(response, 429, "queue_full");
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("n", (await AssertRefusedAsync(never, 400, "invalid_value")).GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("\"stop\": [\"1\", \"2\", \"3\"]", "stop")]
    [InlineData("\"n\": 3", "n")]
    [InlineData("\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"user\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}]", "messages")]
    public async Task What_one_request_may_hold_is_configured(string fields, string param)
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { MaxStops = 2, MaxChoices = 2, MaxMessages = 2 });
        string json = param == "messages" ? $"{{\"model\": \"tiny\", {fields}}}" : TestService.Chat(fields);

        using HttpResponseMessage response = await service.PostChatAsync(json);

        Assert.Equal(param, (await AssertRefusedAsync(response, 400, "invalid_value")).GetProperty("param").GetString());
    }

    [Fact]
    public async Task Unknown_fields_are_left_out_where_that_is_configured_but_at_the_top_only()
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { AllowUnknownFields = true });

        using HttpResponseMessage top = await service.PostChatAsync(TestService.Chat("\"tempreature\": 1"));
        using HttpResponseMessage nested = await service.PostChatAsync(TestService.Chat("\"stream\": true, \"stream_options\": {\"include\": 1}"));

        Assert.Equal(200, (int)top.StatusCode);
        JsonElement error = await AssertRefusedAsync(nested, 400, "unknown_parameter");
        Assert.Equal("stream_options.include", error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_stopped_host_is_503()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        await service.Services.Models.DisposeAsync();

        using HttpResponseMessage response = await service.PostChatAsync(TestService.Chat());

        await AssertRefusedAsync(response, 503, "engine_stopped");
    }

    private static async Task<JsonElement> AssertRefusedAsync(HttpResponseMessage response, int status, string code)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{response.StatusCode}: {text}");
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        return error;
    }
}

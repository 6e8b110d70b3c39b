using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>How a service that listens on a real port ends while it answers.</summary>
public sealed class ShutdownTests : IDisposable
{
    private static readonly TimeSpan DrainTime = new ServerOptions().DrainTime;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _computing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _another = new() { Timeout = Waits.Longest };

    /// <summary>Nobody else answers there once the service has ended.</summary>
    private readonly ReservedPort _port = new();

    /// <summary>How many more steps the model may make. A test that failed gives it back after a while.</summary>
    private readonly SemaphoreSlim _steps = new(0);

    public void Dispose()
    {
        _another.Dispose();
        _port.Dispose();
        _steps.Dispose();
    }

    [Fact]
    public async Task A_stream_under_way_is_finished_while_new_requests_are_told_that_the_service_stops()
    {
        await using TestService service = await StartAsync();
        _steps.Release(3);
        using HttpResponseMessage stream = await service.StreamChatAsync(TestService.Chat("\"stream\": true, \"max_tokens\": 20"));
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: {", await lines.ReadLineAsync(), StringComparison.Ordinal);

        Task stopping = service.StopAsync();
        await service.Time.TimerAsync(DrainTime);
        using HttpResponseMessage refused = await AskAnewAsync(service);
        using HttpResponseMessage ready = await _another.GetAsync($"{service.Url}/ready");
        using HttpResponseMessage health = await _another.GetAsync($"{service.Url}/health");

        await AssertStoppedAsync(refused, "This service is stopping.");
        Assert.Equal((503, 200), ((int)ready.StatusCode, (int)health.StatusCode));
        Assert.False(stopping.IsCompleted);

        _steps.Release(1000);
        string rest = await lines.ReadToEndAsync();
        await stopping;

        Assert.Contains("\"finish_reason\":\"length\"", rest, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        HttpRequestException nobody = await Assert.ThrowsAsync<HttpRequestException>(() => AskAnewAsync(service));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(nobody.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task An_answer_that_takes_longer_than_a_stopping_service_waits_ends_with_an_error()
    {
        await using TestService service = await StartAsync();
        Task<HttpResponseMessage> whole = service.PostChatAsync(TestService.Chat());
        await _computing.Task;
        Task<HttpResponseMessage> begun = service.StreamChatAsync(TestService.Chat("\"stream\": true"));
        await service.Time.TimerAsync(Silence);
        _steps.Release(5);
        using HttpResponseMessage stream = await begun;
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: {", await lines.ReadLineAsync(), StringComparison.Ordinal);

        Task stopping = service.StopAsync();
        await service.Time.TimerAsync(DrainTime);
        service.Time.Advance(DrainTime);
        string rest = await lines.ReadToEndAsync();
        using HttpResponseMessage cutShort = await whole;
        await stopping;

        string[] last = rest.TrimEnd('\n').Split('\n')[^2..];
        Assert.Equal("event: error", last[0]);
        Assert.Equal("engine_stopped", JsonDocument.Parse(last[1]["data: ".Length..]).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        await AssertStoppedAsync(cutShort, "This service stopped before the answer was complete.");
        _steps.Release(1000);
    }

    [Fact]
    public async Task A_service_without_requests_stops_at_once()
    {
        await using TestService service = await StartAsync();
        _steps.Release(1000);
        (await service.PostChatAsync(TestService.Chat("\"max_tokens\": 2"))).EnsureSuccessStatusCode();

        await service.StopAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAnewAsync(service));
    }

    private Task<TestService> StartAsync() => TestService.StartAsync(
        model => model.Load(new FakeRunner
        {
            VocabularySize = 260,
            Next = _ => 'a',
            OnStep = _ =>
            {
                _computing.TrySetResult();
                _steps.Wait(Waits.Longest);
            },
        }),
        urls: $"http://127.0.0.1:{_port.Number}");

    /// <summary>Asks over a connection of its own.</summary>
    private Task<HttpResponseMessage> AskAnewAsync(TestService service) => _another.PostAsync(
        $"{service.Url}/v1/chat/completions", new StringContent(TestService.Chat(), Encoding.UTF8, "application/json"));

    private static async Task AssertStoppedAsync(HttpResponseMessage response, string message)
    {
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(
            (message, "server_error", "engine_stopped"),
            (error.GetProperty("message").GetString(), error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
    }
}

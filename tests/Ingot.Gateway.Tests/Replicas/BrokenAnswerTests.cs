using System.Net;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>Answers that do not come to their end.</summary>
public sealed class BrokenAnswerTests
{
    private static readonly TimeSpan Silence = new GatewayOptions().SilenceTimeout;

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stream_whose_replica_goes_away_ends_with_an_error_event(int replicas)
    {
        const string Event = "data: {\"n\":1}\n\n";
        var end = new TaskCompletionSource();
        FakeProvider[] providers = [.. await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => FakeProvider.StartAsync(Fakes.Begin(Event + "data: {\"n\"", end.Task))))];
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider([.. providers.Select(provider => provider.Address)]));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(1, "\"stream\": true,"));
        string text = await Fakes.TextAsync(answer, Event, end);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            Event + "event: error\ndata: {\"error\":{\"message\":\"Provider 'elsewhere' did not finish its answer: the connection broke off.\",\"type\":\"server_error\",\"param\":null,\"code\":\"provider_failed\"}}\n\n",
            text.Replace("\\u0027", "'", StringComparison.Ordinal));
        Assert.Equal(1, providers.Sum(provider => provider.Asked()));
        foreach (FakeProvider provider in providers)
            await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_streamed_response_ends_with_an_event_of_its_own_form()
    {
        const string Begun = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"},\"sequence_number\":0}\n\n";
        var end = new TaskCompletionSource();
        await using FakeProvider provider = await FakeProvider.StartAsync(Fakes.Begin(Begun, end.Task));
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("responses", """{"model": "far", "input": "Hi", "stream": true}""");
        string text = await Fakes.TextAsync(answer, Begun, end);

        Assert.StartsWith(Begun + "event: error\ndata: {\"type\":\"error\",\"sequence_number\":1,\"code\":\"provider_failed\",", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_never_begins_is_given_up_and_nobody_else_is_asked()
    {
        var never = new TaskCompletionSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task HoldAsync(HttpContext context, string body)
        {
            asked.TrySetResult();
            return never.Task.WaitAsync(context.RequestAborted);
        }

        await using FakeProvider first = await FakeProvider.StartAsync(HoldAsync);
        await using FakeProvider second = await FakeProvider.StartAsync(HoldAsync);
        await using GatewayService service = await GatewayService.StartAsync(_time, GatewayService.Provider(first.Address, second.Address));

        Task<HttpResponseMessage> asking = service.PostAsync("chat/completions", Fakes.Chat(1));
        await asked.Task;
        _time.Advance(Silence);
        using HttpResponseMessage answer = await asking;

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("\"code\":\"provider_timed_out\"", await Fakes.TextAsync(answer), StringComparison.Ordinal);
        Assert.Equal(1, first.Asked() + second.Asked());
    }

    [Fact]
    public async Task A_stream_that_falls_silent_ends_with_an_error_event()
    {
        const string Event = "data: {\"n\":1}\n\n";
        var never = new TaskCompletionSource();
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Event);
            await context.Response.Body.FlushAsync();
            await never.Task.WaitAsync(context.RequestAborted);
        });
        await using GatewayService service = await GatewayService.StartAsync(_time, GatewayService.Provider(provider.Address));

        using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(1, "\"stream\": true,"));
        var goesOn = new TaskCompletionSource();
        Task<string> text = Fakes.TextAsync(answer, Event, goesOn);
        await goesOn.Task;
        await _time.TimerAsync(Silence);
        _time.Advance(Silence);

        Assert.Contains("\"code\":\"provider_timed_out\"", await text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_goes_away_ends_the_work_at_the_replica(bool afterTheFirstEvent)
    {
        var never = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using FakeProvider provider = await FakeProvider.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            context.Response.ContentType = "text/event-stream";
            if (afterTheFirstEvent)
            {
                await context.Response.Body.WriteAsync("data: {\"n\":1}\n\n"u8.ToArray());
                await context.Response.Body.FlushAsync();
            }

            begun.SetResult();
            await never.Task.WaitAsync(context.RequestAborted);
        });
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(provider.Address));
        using var gone = new CancellationTokenSource();

        Task<HttpResponseMessage> asking = service.PostAsync("chat/completions", Fakes.Chat(1, "\"stream\": true,"), cancellationToken: gone.Token);
        await begun.Task;
        if (afterTheFirstEvent)
            (await asking).Dispose();
        await gone.CancelAsync();
        if (!afterTheFirstEvent)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        await ended.Task.WaitAsync(Waits.Longest);
    }
}

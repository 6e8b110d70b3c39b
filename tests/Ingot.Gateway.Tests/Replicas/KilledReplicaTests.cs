using System.Collections.Concurrent;
using System.Net;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Gateway.Tests.Replicas;

/// <summary>Three replicas under load while one is taken away in the midst of its work, and comes back.</summary>
public sealed class KilledReplicaTests
{
    private const int Clients = 24;
    private const int Requests = 300;
    private const int HeldBeforeWords = 4;
    private const int HeldAfterAnEvent = 3;
    private const string FirstEvent = "data: {\"n\":1}\n\n";

    private readonly TaskCompletionSource _never = new();
    private readonly TaskCompletionSource _enoughHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _wordless;
    private int _begun;
    private int _held;
    private bool _holds = true;

    [Fact]
    public async Task No_request_that_had_not_begun_to_be_answered_is_lost()
    {
        await using FakeProvider first = await FakeProvider.StartAsync(Fakes.Well);
        await using FakeProvider second = await FakeProvider.StartAsync(Fakes.Well);
        using var port = new ReservedPort();
        FakeProvider victim = await FakeProvider.StartAsync(HoldSomeAsync, port.Number);
        Uri address = victim.Address;
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(first.Address, second.Address, address));
        var outcomes = new ConcurrentQueue<string>();
        int asked = 0;
        async Task AskAsync(Func<int, bool> goesOn)
        {
            while (Interlocked.Increment(ref asked) is var request && goesOn(request))
                outcomes.Enqueue(await OutcomeAsync(service, request));
        }

        Task AskAllAsync(Func<int, bool> goesOn) => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(goesOn)));
        Task underWay = AskAllAsync(request => request <= Requests || !_enoughHeld.Task.IsCompleted);
        await _enoughHeld.Task;
        await victim.DisposeAsync();
        await underWay;
        int gone = asked + Requests;
        await AskAllAsync(request => request <= gone);
        _holds = false;
        await using FakeProvider returned = await FakeProvider.StartAsync(HoldSomeAsync, port.Number);
        while (!(await service.Client.GetStringAsync($"{service.Url}/openai/replicas")).Contains($"\"{address}\",\"state\":\"up\"", StringComparison.Ordinal))
            (await service.PostAsync("chat/completions", Fakes.Chat(0))).Dispose();
        int back = asked + Requests;
        await AskAllAsync(request => request <= back);

        Dictionary<string, int> counts = outcomes.CountBy(outcome => outcome).ToDictionary();
        Assert.Equal(["answered", "ended by an error event"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(counts["ended by an error event"], HeldAfterAnEvent, HeldAfterAnEvent + Clients);
        Assert.Contains(returned.Requests, request => request.Path == "/v1/chat/completions");
    }

    /// <summary>The victim holds some requests before its first word and some after the first event, so that its end catches them there.</summary>
    private async Task HoldSomeAsync(HttpContext context, string body)
    {
        bool isStream = body.Contains("\"stream\": true", StringComparison.Ordinal);
        bool holds = _holds && context.Request.Method == "POST"
            && (isStream ? Interlocked.Increment(ref _begun) <= HeldAfterAnEvent : Interlocked.Increment(ref _wordless) <= HeldBeforeWords);
        if (!holds)
        {
            await Fakes.Well(context, body);
            return;
        }

        if (isStream)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(FirstEvent);
            await context.Response.Body.FlushAsync();
        }
        else
        {
            NoteHeld();
        }

        await _never.Task.WaitAsync(context.RequestAborted);
    }

    private void NoteHeld()
    {
        if (Interlocked.Increment(ref _held) == HeldBeforeWords + HeldAfterAnEvent)
            _enoughHeld.SetResult();
    }

    /// <summary>All of an answer; a stream of which there is one event so far is one that is held.</summary>
    private async Task<string> TextAsync(HttpResponseMessage answer)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        char[] buffer = new char[4096];
        string text = "";
        while (await reader.ReadAsync(buffer) is var read && read > 0)
        {
            text += new string(buffer, 0, read);
            if (text == FirstEvent)
                NoteHeld();
        }

        return text;
    }

    private async Task<string> OutcomeAsync(GatewayService service, int request)
    {
        bool isStream = request % 2 == 0;
        try
        {
            using HttpResponseMessage answer = await service.PostAsync("chat/completions", Fakes.Chat(request, isStream ? "\"stream\": true," : ""));
            string text = await TextAsync(answer);
            if (answer.StatusCode != HttpStatusCode.OK)
                return $"refused: {text}";
            if (text == (isStream ? Fakes.Events : Fakes.Answer))
                return "answered";
            return text.StartsWith(FirstEvent, StringComparison.Ordinal) && text.Contains("\n\nevent: error\n", StringComparison.Ordinal) ? "ended by an error event" : $"lost: {text}";
        }
        catch (HttpRequestException exception)
        {
            return $"lost: {exception.Message}";
        }
    }
}

using System.Text.Json;
using Ingot.Compute.Execution;
using Ingot.Engine;
using Ingot.Service;
using Ingot.Service.Storage;
using Ingot.Service.Tests;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Tests.Responses;

/// <summary>Responses that are made after their requests were answered.</summary>
public sealed class BackgroundResponseTests
{
    private const string Background = "\"background\": true, \"max_output_tokens\": 200";

    [Fact]
    public async Task It_is_queued_at_once_and_complete_later()
    {
        using var gate = new ManualResetEventSlim();
        await using TestService service = await StartAsync(gate);

        JsonElement queued = await service.RespondAsync(ResponseEvents.Request(Background));
        (_, JsonElement meanwhile) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");
        (int tooEarly, _) = await service.PostAsync("/v1/responses", ResponseEvents.Request($"\"previous_response_id\": \"{Id(queued)}\""));
        gate.Set();
        List<JsonElement> events = ResponseEvents.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(queued)}?stream=true"));
        (_, JsonElement complete) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");
        List<JsonElement> again = ResponseEvents.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(queued)}?stream=true&starting_after=2"));

        Assert.Equal(("queued", true), (Status(queued), queued.GetProperty("background").GetBoolean()));
        Assert.Contains(Status(meanwhile), new[] { "queued", "in_progress" });
        Assert.Equal(409, tooEarly);
        Assert.Equal(("incomplete", new string('a', 200)), (Status(complete), ResponseEvents.TextOf(complete)));
        Assert.Equal(["created", "queued", "in_progress", "output_item.added"], events.Types().Take(4));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(told => told.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(events.Skip(3).Select(told => told.GetRawText()), again.Select(told => told.GetRawText()));
    }

    [Fact]
    public async Task It_goes_on_when_its_client_is_gone_and_another_reads_on()
    {
        using var gate = new ManualResetEventSlim();
        await using TestService service = await StartAsync(gate);

        JsonElement first;
        using (var request = new HttpRequestMessage(HttpMethod.Post, $"{service.Url}/v1/responses") { Content = new StringContent(ResponseEvents.Request($"{Background}, \"stream\": true"), null, "application/json") })
        using (HttpResponseMessage response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            await reader.ReadLineAsync();
            first = JsonDocument.Parse((await reader.ReadLineAsync())!["data: ".Length..]).RootElement.GetProperty("response");
        }

        gate.Set();
        List<JsonElement> rest = ResponseEvents.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(first)}?stream=true&starting_after=0"));

        Assert.Equal(("queued", "incomplete"), (rest.Types().First(), rest.Types().Last()));
        Assert.Equal(new string('a', 200), ResponseEvents.TextOf(rest[^1].GetProperty("response")));
    }

    [Fact]
    public async Task It_can_be_cancelled_and_cancelling_again_changes_nothing()
    {
        // Each step takes so long, and there are so many, that the answer is not through before the second request has come.
        using var never = new ManualResetEventSlim();
        await using TestService service = await TestService.StartAsync(
            model => model.Load(new FakeRunner { VocabularySize = 260, BlockCount = 1 << 14, ContextLength = 1 << 16, Next = _ => 'a', OnStep = _ => never.Wait(TimeSpan.FromMilliseconds(50)) }),
            model: new TinyModel(contextLength: 1 << 16) { EngineOptions = new EngineOptions { MaxDraftTokens = 0 } });
        JsonElement queued = await service.RespondAsync(ResponseEvents.Request("\"background\": true, \"max_output_tokens\": 50000"));

        (int status, JsonElement cancelled) = await service.SendAsync(HttpMethod.Post, $"/v1/responses/{Id(queued)}/cancel");
        (_, JsonElement again) = await service.SendAsync(HttpMethod.Post, $"/v1/responses/{Id(queued)}/cancel");

        Assert.Equal((200, "cancelled"), (status, Status(cancelled)));
        Assert.Equal(cancelled.GetRawText(), again.GetRawText());
    }

    [Fact]
    public async Task It_takes_a_place_among_the_requests_until_it_ends()
    {
        using var gate = new ManualResetEventSlim();
        await using TestService service = await StartAsync(gate, new IngotOptions { MaxConcurrentRequests = 2 });

        JsonElement queued = await service.RespondAsync(ResponseEvents.Request(Background));
        (int busy, _) = await service.PostAsync("/v1/responses", ResponseEvents.Request(Background));
        Task<(int Status, JsonElement Body)> cancelling = service.SendAsync(HttpMethod.Post, $"/v1/responses/{Id(queued)}/cancel");
        gate.Set();
        await cancelling;
        (int free, _) = await service.PostAsync("/v1/responses", ResponseEvents.Request("\"background\": true, \"max_output_tokens\": 2"));

        Assert.Equal((429, 200), (busy, free));
    }

    [Fact]
    public async Task One_that_is_removed_while_it_is_made_does_not_come_back()
    {
        using var gate = new ManualResetEventSlim();
        await using TestService service = await StartAsync(gate);
        JsonElement queued = await service.RespondAsync(ResponseEvents.Request(Background));

        Task<(int Status, JsonElement Body)> removing = service.SendAsync(HttpMethod.Delete, $"/v1/responses/{Id(queued)}");
        gate.Set();
        (int removed, _) = await removing;
        (int found, _) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");

        Assert.Equal((200, 404), (removed, found));
    }

    [Fact]
    public async Task A_refusal_that_comes_after_the_answer_makes_it_fail()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");

        JsonElement queued = await service.RespondAsync(ResponseEvents.Request("\"background\": true, \"max_output_tokens\": 100000"));
        List<JsonElement> events = ResponseEvents.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(queued)}?stream=true"));
        (_, JsonElement failed) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");

        Assert.Equal(["created", "queued", "failed"], events.Types());
        Assert.Equal(("failed", "context_length_exceeded"), (Status(failed), failed.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task One_that_a_killed_service_left_behind_has_failed()
    {
        using var folder = new TemporaryFolder();
        var options = new IngotOptions { StoreDirectory = folder["store"] };
        string id;
        using (var gate = new ManualResetEventSlim())
        {
            await using TestService service = await StartAsync(gate, options);
            JsonElement queued = await service.RespondAsync(ResponseEvents.Request(Background));
            id = Id(queued);
            gate.Set();
            await service.SendAsync(HttpMethod.Post, $"/v1/responses/{id}/cancel");
        }

        // What a killed process leaves: the document as it was when its request was answered.
        await using (var store = new AnswerStore(options, NullLogger<AnswerStore>.Instance, new ManualTime()))
        {
            StoredDocument left = (await store.FindAsync(StoredKind.Response, null, id))!;
            await store.SaveAsync(left with { State = StoredState.Running, Body = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(left.Body.Span).Replace("cancelled", "in_progress", StringComparison.Ordinal)) }, []);
        }

        await using TestService next = await TestService.SayingAsync("Hello.", options);
        (int status, JsonElement failed) = await next.SendAsync(HttpMethod.Get, $"/v1/responses/{id}");
        List<JsonElement> events = ResponseEvents.Parse(await next.Client.GetStringAsync($"{next.Url}/v1/responses/{id}?stream=true&starting_after=7"));

        Assert.Equal((200, "failed", "server_error"), (status, Status(failed), failed.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(("failed", 8), (events.Types().Single(), events[0].GetProperty("sequence_number").GetInt32()));
    }

    [Fact]
    public async Task One_that_could_not_be_kept_at_its_end_has_failed()
    {
        using var folder = new TemporaryFolder();
        var options = new IngotOptions { StoreDirectory = folder["store"] };
        using (StoreConnection store = StoreFile.Open(options.StoreDirectory))
            store.Execute("CREATE TRIGGER full BEFORE UPDATE ON documents WHEN NEW.state = 0 BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
        using var gate = new ManualResetEventSlim();
        await using TestService service = await StartAsync(gate, options);

        JsonElement queued = await service.RespondAsync(ResponseEvents.Request(Background));
        (_, JsonElement meanwhile) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");
        Task<string> told = service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(queued)}?stream=true");
        gate.Set();
        (int cancelled, JsonElement failed) = await service.SendAsync(HttpMethod.Post, $"/v1/responses/{Id(queued)}/cancel");
        (_, JsonElement later) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(queued)}");
        (int refused, _) = await service.PostAsync("/v1/responses", ResponseEvents.Request($"\"previous_response_id\": \"{Id(queued)}\""));

        Assert.Contains(Status(meanwhile), (string[])["queued", "in_progress"]);
        Assert.Equal("failed", ResponseEvents.Parse(await told).Types().Last());
        Assert.Equal((200, "failed", "failed", "server_error"), (cancelled, Status(failed), Status(later), later.GetProperty("error").GetProperty("code").GetString()));
        Assert.NotEqual(409, refused);
    }

    [Fact]
    public async Task It_ends_with_the_service_and_is_kept_as_failed()
    {
        using var folder = new TemporaryFolder();
        var options = new IngotOptions { StoreDirectory = folder["store"] };
        using var gate = new ManualResetEventSlim();
        string id;
        await using (TestService service = await StartAsync(gate, options))
        {
            id = Id(await service.RespondAsync(ResponseEvents.Request(Background)));
            Task draining = service.Time.TimerAsync(TimeSpan.FromSeconds(10));
            Task stopping = service.StopAsync();
            await draining;
            service.Time.Advance(TimeSpan.FromSeconds(10));

            // Not before: a model that goes on may be through before it hears that it is to end.
            await stopping;
            gate.Set();
        }

        await using var store = new AnswerStore(options, NullLogger<AnswerStore>.Instance, new ManualTime());
        StoredDocument kept = (await store.FindAsync(StoredKind.Response, null, id))!;
        Assert.Equal(StoredState.Done, kept.State);
        Assert.Contains("\"status\":\"failed\"", System.Text.Encoding.UTF8.GetString(kept.Body.Span), StringComparison.Ordinal);
    }

    // A model that says "a" for ever, and waits at its tenth step.
    private static Task<TestService> StartAsync(ManualResetEventSlim gate, IngotOptions? options = null)
    {
        int steps = 0;
        void Wait(StepBatch batch)
        {
            if (++steps == 10)
                gate.Wait(Waits.Longest);
        }

        return TestService.StartAsync(model => model.Load(new FakeRunner { VocabularySize = 260, Next = _ => 'a', OnStep = Wait }), options, new TinyModel { EngineOptions = new EngineOptions { MaxDraftTokens = 0 } });
    }

    private static string Id(JsonElement response) => response.GetProperty("id").GetString()!;

    private static string Status(JsonElement response) => response.GetProperty("status").GetString()!;
}

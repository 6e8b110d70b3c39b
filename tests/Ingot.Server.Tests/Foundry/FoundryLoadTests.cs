using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Foundry;

/// <summary>Loading and unloading over HTTP while others work.</summary>
public sealed class FoundryLoadTests
{
    [Fact]
    public async Task Requests_during_a_load_wait_for_that_one_load()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        var read = new TaskCompletionSource();
        service.LoadsWaitFor = read.Task;

        Task<HttpResponseMessage> load = GetAsync(service, "/openai/load/tiny");
        Task<HttpResponseMessage>[] chats = [.. Enumerable.Range(0, 8).Select(_ => service.PostChatAsync(TestService.Chat()))];
        await UntilAsync(service, state => state.GetProperty("active_requests").GetInt32() == 9);
        JsonElement loading = await StateAsync(service);
        read.SetResult();

        Assert.Equal("loading", loading.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, loading.GetProperty("loaded_at").ValueKind);
        Assert.Equal(200, (int)(await load).StatusCode);
        Assert.All(await Task.WhenAll(chats), chat => Assert.Equal(200, (int)chat.StatusCode));
        Assert.Equal(1, service.Loads);
    }

    [Fact]
    public async Task The_states_are_told_with_times_in_seconds()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        long start = service.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal("[]", await TextAsync(service, "/foundry/ps"));

        await GetAsync(service, "/openai/load/tiny?ttl=90");
        service.Time.Advance(TimeSpan.FromSeconds(30));

        JsonElement state = await StateAsync(service);
        Assert.Equal(
            ["id", "alias", "state", "execution_provider", "memory_bytes", "active_requests", "loaded_at", "last_used_at", "expires_at", "pinned", "runner", "runner_reason"],
            state.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("tiny:1", "tiny", "loaded"), (Text("id"), Text("alias"), Text("state")));
        Assert.Equal("CPUExecutionProvider", Text("execution_provider"));
        Assert.Equal((start, start, start + 90), (Number("loaded_at"), Number("last_used_at"), Number("expires_at")));
        Assert.Equal(0, Number("active_requests"));
        Assert.False(state.GetProperty("pinned").GetBoolean());

        string? Text(string name) => state.GetProperty(name).GetString();
        long Number(string name) => state.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task A_model_that_is_not_to_unload_is_pinned_and_a_time_to_live_overrides_that()
    {
        await using TestService service = await TestService.SayingAsync("Yes");

        await GetAsync(service, "/openai/load/tiny?unload=false");
        JsonElement pinned = await StateAsync(service);
        await GetAsync(service, "/openai/load/tiny?unload=false&ttl=60");
        JsonElement timed = await StateAsync(service);

        Assert.True(pinned.GetProperty("pinned").GetBoolean());
        Assert.Equal(JsonValueKind.Null, pinned.GetProperty("expires_at").ValueKind);
        Assert.False(timed.GetProperty("pinned").GetBoolean());
        Assert.Equal(JsonValueKind.Number, timed.GetProperty("expires_at").ValueKind);
    }

    [Fact]
    public async Task A_model_whose_time_to_live_runs_stays_unless_forced()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        await GetAsync(service, "/openai/load/tiny?ttl=60");

        using HttpResponseMessage kept = await GetAsync(service, "/openai/unload/tiny");
        string status = await TextAsync(service, "/models/unload/tiny");
        string loaded = await TextAsync(service, "/openai/loadedmodels");
        using HttpResponseMessage forced = await GetAsync(service, "/openai/unload/tiny?force=true");

        Assert.Equal((200, ""), ((int)kept.StatusCode, await kept.Content.ReadAsStringAsync()));
        Assert.Equal("""{"status":"kept"}""", status);
        Assert.Equal("""["tiny:1"]""", loaded);
        Assert.Equal(200, (int)forced.StatusCode);
        Assert.Equal("[]", await TextAsync(service, "/openai/loadedmodels"));
    }

    [Fact]
    public async Task The_newer_routes_say_what_they_have_done()
    {
        await using TestService service = await TestService.SayingAsync("Yes");

        Assert.Equal("""{"status":"not_loaded"}""", await TextAsync(service, "/models/unload/tiny"));
        Assert.Equal("""{"status":"loaded"}""", await TextAsync(service, "/models/load/tiny"));
        Assert.Equal("""{"status":"already_loaded"}""", await TextAsync(service, "/models/load/tiny:1"));
        Assert.Equal("""{"status":"unloaded"}""", await TextAsync(service, "/models/unload/TINY"));
    }

    [Fact]
    public async Task A_model_in_use_is_unloaded_when_its_answer_has_ended_and_by_force_at_once()
    {
        using var steps = new SemaphoreSlim(0);
        await using TestService service = await TestService.StartAsync(
            model => model.Load(new FakeRunner { VocabularySize = 260, ContextLength = 1 << 20, BlockSize = 1 << 10, OnStep = _ => steps.Wait(Waits.Longest), Next = _ => 'a' }));
        Task<HttpResponseMessage> first = service.PostChatAsync(TestService.Chat("\"max_tokens\": 3"));
        await UntilAsync(service, state => state.GetProperty("state").GetString() == "loaded");

        Task<HttpResponseMessage> unload = GetAsync(service, "/openai/unload/tiny");
        await UntilAsync(service, state => state.GetProperty("state").GetString() == "unloading");
        steps.Release(3);
        Assert.Equal(200, (int)(await first).StatusCode);
        Assert.Equal(200, (int)(await unload).StatusCode);

        // The model is said to unload before the answer hears of it, which must not end by itself meanwhile.
        Task<HttpResponseMessage> second = service.PostChatAsync(TestService.Chat("\"max_tokens\": 1000000"));
        await UntilAsync(service, state => state.GetProperty("state").GetString() == "loaded");
        Task<HttpResponseMessage> all = GetAsync(service, "/openai/unloadall");
        await UntilAsync(service, state => state.GetProperty("state").GetString() == "unloading");
        steps.Release(1 << 20);
        using HttpResponseMessage ended = await second;

        Assert.Equal(503, (int)ended.StatusCode);
        Assert.Contains("engine_stopped", await ended.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (int)(await all).StatusCode);
        Assert.Equal("[]", await TextAsync(service, "/foundry/ps"));
        Assert.Equal(2, service.Loads);
    }

    [Fact]
    public async Task Loads_take_no_place_from_answers_and_end_with_the_service()
    {
        await using TestService service = await TestService.SayingAsync("Yes", new() { MaxConcurrentRequests = 1 });
        Task<HttpResponseMessage>[] loads = [];
        await GetAsync(service, "/openai/load/tiny");
        await GetAsync(service, "/openai/unload/tiny");
        service.LoadsWaitFor = new TaskCompletionSource().Task;
        loads = [GetAsync(service, "/openai/load/tiny"), GetAsync(service, "/models/load/tiny")];
        await UntilAsync(service, state => state.GetProperty("active_requests").GetInt32() == 2);

        using HttpResponseMessage counted = await service.Client.PostAsync(
            $"{service.Url}/v1/detokenize", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        await service.StopAsync();

        Assert.Equal(400, (int)counted.StatusCode);
        foreach (HttpResponseMessage load in await Task.WhenAll(loads))
            Assert.Equal(503, (int)load.StatusCode);
    }

    private static Task<HttpResponseMessage> GetAsync(TestService service, string path) => service.Client.GetAsync(service.Url + path);

    private static Task<string> TextAsync(TestService service, string path) => service.Client.GetStringAsync(service.Url + path);

    private static async Task<JsonElement> StateAsync(TestService service) =>
        Assert.Single(JsonDocument.Parse(await TextAsync(service, "/foundry/ps")).RootElement.EnumerateArray());

    private static async Task UntilAsync(TestService service, Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Waits.Longest);
        while (true)
        {
            JsonElement[] states = [.. JsonDocument.Parse(await service.Client.GetStringAsync(service.Url + "/foundry/ps", patience.Token)).RootElement.EnumerateArray()];
            if (states is [var state] && isSo(state))
                return;
        }
    }
}

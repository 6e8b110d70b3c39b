using System.Text.Json;
using Ingot.Engine;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>What goes over the wire while an answer is made.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_stream_has_a_role_pieces_a_reason_counts_and_an_end()
    {
        await using TestService service = await TestService.SayingAsync("Hé");

        string[] events = await EventsAsync(await service.PostChatAsync(TestService.Chat("\"stream\": true, \"stream_options\": {\"include_usage\": true}")));

        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(text => JsonDocument.Parse(text).RootElement)];
        Assert.All(chunks, chunk =>
        {
            Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString());
            Assert.Equal(chunks[0].GetProperty("id").GetString(), chunk.GetProperty("id").GetString());
            Assert.Equal(1_767_323_045, chunk.GetProperty("created").GetInt64());
            Assert.Matches("^fp_[0-9a-f]{10}$", chunk.GetProperty("system_fingerprint").GetString());
        });
        JsonElement[] choices = [.. chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0])];
        Assert.Equal(
            ["""{"role":"assistant","content":""}""", """{"content":"H"}""", """{"content":"é"}""", "{}"],
            choices.Select(choice => choice.GetProperty("delta").GetRawText()));
        Assert.Equal([null, null, null, "stop"], choices.Select(choice => choice.GetProperty("finish_reason").GetString()));
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(4, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Without_the_option_no_chunk_speaks_of_counts()
    {
        await using TestService service = await TestService.SayingAsync("Hi");

        string[] events = await EventsAsync(await service.PostChatAsync(TestService.Chat("\"stream\": true")));

        Assert.All(events, text => Assert.DoesNotContain("usage", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_a_long_prompt_is_read_comments_keep_the_stream_alive()
    {
        using var held = new ManualResetEventSlim();
        await using TestService service = await TestService.StartAsync(
            model => model.Load(Held(held, FakeRunner.Replying(TinyModel.End, 260, TinyModel.Tokens("Yes")))));

        Task<HttpResponseMessage> answer = service.StreamChatAsync(TestService.Chat("\"stream\": true"));
        await service.Time.TimerAsync(Silence);
        service.Time.Advance(Silence);
        using HttpResponseMessage response = await answer;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(": still working", await lines.ReadLineAsync());
        await service.Time.TimerAsync(Silence);
        service.Time.Advance(Silence);
        Assert.Equal("|: still working|", $"{await lines.ReadLineAsync()}|{await lines.ReadLineAsync()}|{await lines.ReadLineAsync()}");

        held.Set();
        string rest = await lines.ReadToEndAsync();
        Assert.StartsWith("data: {", rest, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_after_the_first_byte_is_an_error_event_and_no_end()
    {
        await using TestService service = await TestService.StartAsync(model => model.Load(FakeRunner.Endless(model.VocabularySize)), model: new TinyModel(contextLength: FakeRunner.EndlessContext));
        using HttpResponseMessage response = await service.StreamChatAsync(TestService.Chat("\"stream\": true"));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: {", await lines.ReadLineAsync(), StringComparison.Ordinal);

        Task<UnloadResult> unloading = service.Services.Models.UnloadAsync("tiny", force: true);
        string rest = await lines.ReadToEndAsync();

        Assert.Equal(UnloadResult.Unloaded, await unloading);
        string[] last = rest.TrimEnd('\n').Split('\n')[^2..];
        Assert.Equal("event: error", last[0]);
        Assert.StartsWith("""data: {"error":{"message":"Model 'tiny:1' was unloaded""", last[1], StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_before_the_first_byte_has_its_own_status()
    {
        await using TestService service = await TestService.StartAsync(model => model.Load(
            new FakeRunner { VocabularySize = 260, OnStep = _ => throw new InvalidOperationException("secret") }));

        using HttpResponseMessage response = await service.PostChatAsync(TestService.Chat("\"stream\": true"));

        Assert.Equal(500, (int)response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_to_live_counts_from_the_end_of_the_answer()
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { ModelIdleSeconds = 100 });

        (await service.PostChatAsync(TestService.Chat("\"ttl\": 5"))).EnsureSuccessStatusCode();
        await service.Time.TimerAsync(TimeSpan.FromSeconds(5));
        service.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(service.Services.Models.Loaded);
        (await service.PostChatAsync(TestService.Chat())).EnsureSuccessStatusCode();
        await service.Time.TimerAsync(TimeSpan.FromSeconds(100));
        Assert.Single(service.Services.Models.Loaded);
    }

    [Fact]
    public async Task Several_answers_compute_their_prompt_once()
    {
        EngineStatistics? seen = null;
        await using TestService service = await TestService.SayingAsync("Yes");

        string text = await (await service.PostChatAsync(TestService.Chat("\"n\": 4, \"seed\": 1", new string('x', 200)))).Content.ReadAsStringAsync();
        using (var lease = await service.Services.Models.AcquireAsync("tiny"))
            seen = lease.Model.Engine.Statistics;

        JsonElement answer = JsonDocument.Parse(text).RootElement;
        int prompt = answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
        Assert.Equal([0, 1, 2, 3], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(0, answer.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.Equal(prompt, seen.PromptTokens);
    }

    private static FakeRunner Held(ManualResetEventSlim held, FakeRunner runner)
    {
        runner.OnStep = _ => held.Wait();
        return runner;
    }

    private static async Task<string[]> EventsAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame =>
        {
            Assert.StartsWith("data: ", frame, StringComparison.Ordinal);
            return frame["data: ".Length..];
        })];
    }
}

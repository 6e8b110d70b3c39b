using System.Text.Json;

namespace Ingot.Server.Tests.Callers;

/// <summary>What is kept for one caller is not there for another.</summary>
public sealed class OwnerTests
{
    private const string Input = """{"model": "tiny", "input": "Hi"}""";

    [Fact]
    public async Task Responses_are_their_makers_alone()
    {
        (GuardedService service, string mine) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        string theirs = await service.MakeKeyAsync("second");
        string id = await MakeAsync(service, mine, "/v1/responses", Input);
        string item = (await service.AskAsync(HttpMethod.Get, $"/v1/responses/{id}", mine)).Body.GetProperty("output")[0].GetProperty("id").GetString()!;

        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}?stream=true", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}/input_items", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Post, $"/v1/responses/{id}/cancel", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Delete, $"/v1/responses/{id}", theirs));
        string on = Input.Replace("{", $$"""{"previous_response_id": "{{id}}", """, StringComparison.Ordinal);
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Post, "/v1/responses", theirs, on));
        string reference = $$"""{"model": "tiny", "input": [{"type": "item_reference", "id": "{{item}}"}]}""";
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Post, "/v1/responses", theirs, reference));
        Assert.Equal((200, 200, 200), (await StatusAsync(service, HttpMethod.Post, "/v1/responses", mine, on),
            await StatusAsync(service, HttpMethod.Post, "/v1/responses", mine, reference), await StatusAsync(service, HttpMethod.Delete, $"/v1/responses/{id}", mine)));
    }

    [Fact]
    public async Task A_background_responses_stream_is_its_makers_alone_while_it_is_made()
    {
        using var gate = new ManualResetEventSlim();
        await using var service = new GuardedService();
        (string mine, string theirs) = (await service.MakeKeyAsync("first"), await service.MakeKeyAsync("second"));
        await service.StartAsync(load: model => model.Load(new Ingot.Testing.FakeRunner
        {
            VocabularySize = 260,
            EndOfSequenceIds = [Ingot.Service.Tests.TinyModel.End],
            Next = _ =>
            {
                gate.Wait();
                return Ingot.Service.Tests.TinyModel.End;
            },
        }));
        string id = await MakeAsync(service, mine, "/v1/responses", Input.Replace("{", "{\"background\": true, ", StringComparison.Ordinal));

        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}?stream=true", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Post, $"/v1/responses/{id}/cancel", theirs));
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Delete, $"/v1/responses/{id}", theirs));
        using HttpResponseMessage stream = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{id}?stream=true", mine);
        gate.Set();
        Assert.Contains("event: response.completed", await stream.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(404, await StatusAsync(service, HttpMethod.Get, $"/v1/responses/{id}?stream=true&starting_after=0", theirs));
    }

    [Fact]
    public async Task Conversations_and_their_items_are_their_makers_alone()
    {
        (GuardedService service, string mine) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        string theirs = await service.MakeKeyAsync("second");
        string id = await MakeAsync(service, mine, "/v1/conversations", """{"items": [{"role": "user", "content": "Hi"}]}""");
        string item = (await service.AskAsync(HttpMethod.Get, $"/v1/conversations/{id}/items", mine)).Body.GetProperty("data")[0].GetProperty("id").GetString()!;
        string more = """{"items": [{"role": "user", "content": "Hi"}]}""";
        (HttpMethod Method, string Path, string? Json)[] requests =
        [
            (HttpMethod.Get, $"/v1/conversations/{id}", null), (HttpMethod.Post, $"/v1/conversations/{id}", """{"metadata": {"a": "b"}}"""),
            (HttpMethod.Get, $"/v1/conversations/{id}/items", null), (HttpMethod.Post, $"/v1/conversations/{id}/items", more),
            (HttpMethod.Get, $"/v1/conversations/{id}/items/{item}", null), (HttpMethod.Post, "/v1/responses", $$"""{"model": "tiny", "input": "Hi", "conversation": "{{id}}"}"""),
            (HttpMethod.Delete, $"/v1/conversations/{id}/items/{item}", null), (HttpMethod.Delete, $"/v1/conversations/{id}", null),
        ];

        foreach ((HttpMethod method, string path, string? json) in requests)
            Assert.Equal((path, 404), (path, await StatusAsync(service, method, path, theirs, json)));
        foreach ((HttpMethod method, string path, string? json) in requests)
            Assert.Equal((path, 200), (path, await StatusAsync(service, method, path, mine, json)));
    }

    [Fact]
    public async Task Kept_chat_completions_are_their_makers_alone()
    {
        (GuardedService service, string mine) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        string theirs = await service.MakeKeyAsync("second");
        string id = await MakeAsync(service, mine, "/v1/chat/completions", TestService.Chat("\"store\": true"));
        (HttpMethod Method, string Path, string? Json)[] requests =
        [
            (HttpMethod.Get, $"/v1/chat/completions/{id}", null), (HttpMethod.Get, $"/v1/chat/completions/{id}/messages", null),
            (HttpMethod.Post, $"/v1/chat/completions/{id}", """{"metadata": {"a": "b"}}"""), (HttpMethod.Delete, $"/v1/chat/completions/{id}", null),
        ];

        Assert.Equal((0, 1), (await CountAsync(theirs), await CountAsync(mine)));
        foreach ((HttpMethod method, string path, string? json) in requests)
            Assert.Equal((path, 404), (path, await StatusAsync(service, method, path, theirs, json)));
        foreach ((HttpMethod method, string path, string? json) in requests)
            Assert.Equal((path, 200), (path, await StatusAsync(service, method, path, mine, json)));

        async Task<int> CountAsync(string key) => (await service.AskAsync(HttpMethod.Get, "/v1/chat/completions", key)).Body.GetProperty("data").GetArrayLength();
    }

    private static async Task<string> MakeAsync(GuardedService service, string key, string path, string json)
    {
        (int status, JsonElement body) = await service.AskAsync(HttpMethod.Post, path, key, json);
        Assert.True(status == 200, body.GetRawText());
        return body.GetProperty("id").GetString()!;
    }

    private static async Task<int> StatusAsync(GuardedService service, HttpMethod method, string path, string key, string? json = null)
    {
        using HttpResponseMessage response = await service.SendAsync(method, path, key, json);
        return (int)response.StatusCode;
    }
}

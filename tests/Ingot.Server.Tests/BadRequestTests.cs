using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>Whatever is wrong with a request comes back as OpenAI's error body, naming the field.</summary>
public sealed class BadRequestTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Model = ShippedModel.Name;

    [Theory]
    [InlineData("{", 400, "invalid_json", null)]
    [InlineData("", 400, "invalid_json", null)]
    [InlineData("[1]", 400, "invalid_value", null)]
    [InlineData("""{"model": 5, "messages": []}""", 400, "invalid_value", "model")]
    [InlineData("""{"model": "m", "messages": "Hi"}""", 400, "invalid_value", "messages")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": 5}]}""", 400, "invalid_value", "messages[0].content")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "temperature": "hot"}""", 400, "invalid_value", "temperature")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "tempreature": 1}""", 400, "unknown_parameter", "tempreature")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": "Hi", "mood": 1}]}""", 400, "unknown_parameter", "messages[0].mood")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]}""", 400, "invalid_value", "messages[0].content[0].text")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [5]}]}""", 400, "invalid_value", "messages[0].content[0]")]
    [InlineData("""{"model": "m", "model": "n", "messages": []}""", 400, "invalid_json", null)]
    [InlineData("""{"model": "m", "messages": [], "tools": [{"type": "function", "function": {"name": "f", "parameters": {"\ud800": 1}}}]}""", 400, "invalid_json", null)]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "n": 0}""", 400, "invalid_value", "n")]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "stop": ["1", "2", "3", "4", "5"]}""", 400, "invalid_value", "stop")]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "stop": ""}""", 400, "invalid_value", "stop")]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}]}""", 400, "missing_required_parameter", "model")]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": []}""", 400, "invalid_value", "messages")]
    [InlineData("""{"model": "no-such-model", "messages": [{"role": "user", "content": "Hi"}]}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": "/etc", "messages": [{"role": "user", "content": "Hi"}]}""", 404, "model_not_found", "model")]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1000000}""", 400, "context_length_exceeded", null)]
    [InlineData("""{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"uniqueItems": true}}}}""", 400, "unsupported_value", "response_format.json_schema.schema")]
    public async Task A_wrong_body_is_told_apart(string json, int status, string code, string? param)
    {
        using HttpResponseMessage response = await server.PostChatAsync(json);

        JsonElement error = await ErrorAsync(response, status);
        Assert.Equal(code, error.GetProperty("code").GetString());
        if (param is not null)
            Assert.Equal(param, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_refused_and_never_cut()
    {
        string words = string.Concat(Enumerable.Repeat("blue sky ", 3000));

        using HttpResponseMessage response = await server.PostChatAsync(
            JsonSerializer.Serialize(new { model = Model, messages = new[] { new { role = "user", content = words } } }));

        Assert.Equal("context_length_exceeded", (await ErrorAsync(response, 400)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_refused_stream_has_its_own_status_and_is_no_stream()
    {
        using HttpResponseMessage response = await server.PostChatAsync(
            """{"model": "ingot-tiny-chat", "stream": true, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1000000}""");

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        await ErrorAsync(response, 400);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused()
    {
        using HttpResponseMessage large = await server.PostChatAsync($"\"{new string('x', 200_000)}\"");
        using HttpResponseMessage text = await server.PostChatAsync("{}", "text/plain");

        await ErrorAsync(large, 413);
        await ErrorAsync(text, 415);
    }

    [Theory]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "gzip")]
    public async Task A_body_that_is_not_plain_utf8_is_refused(string mediaType, string? encoding)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);

        using HttpResponseMessage response = await server.Client.PostAsync($"{server.Url}/v1/chat/completions", content);

        await ErrorAsync(response, 415);
    }

    [Fact]
    public async Task What_the_framework_refuses_has_the_same_body()
    {
        using HttpResponseMessage nowhere = await server.Client.GetAsync($"{server.Url}/v1/nothing");
        using HttpResponseMessage wrongMethod = await server.Client.GetAsync($"{server.Url}/v1/completions");

        await ErrorAsync(nowhere, 404);
        await ErrorAsync(wrongMethod, 405);
        Assert.Equal(["POST"], wrongMethod.Content.Headers.Allow);
    }

    [Fact]
    public async Task Another_host_name_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{server.Url}/openai/status");
        request.Headers.Host = "rebound.example";

        using HttpResponseMessage response = await server.Client.SendAsync(request);

        await ErrorAsync(response, 403);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    public async Task Nobody_stops_the_service_without_its_token(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Url}/shutdown");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        using HttpResponseMessage response = await server.Client.SendAsync(request);

        await ErrorAsync(response, 403);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response, int status)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(HttpStatusCode)response.StatusCode}: {body}");
        JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.NotEqual("", error.GetProperty("type").GetString());
        Assert.True(error.TryGetProperty("param", out _) && error.TryGetProperty("code", out _));
        return error;
    }
}

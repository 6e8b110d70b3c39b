using System.Text.Json;
using Ingot.Server.Tests.OpenApi;
using Ingot.Service;

namespace Ingot.Server.Tests.Responses;

/// <summary>Responses that are kept, and those that go on from them.</summary>
public sealed class StoredResponseTests
{
    [Fact]
    public async Task A_response_is_told_again_as_it_was_until_it_is_removed()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        JsonElement made = await service.RespondAsync(ResponseEvents.Request("\"metadata\": {\"a\": \"b\"}, \"instructions\": \"Be kind.\""));
        string path = $"/v1/responses/{Id(made)}";

        (int found, JsonElement told) = await service.SendAsync(HttpMethod.Get, $"/openai{path}");
        (int removed, JsonElement gone) = await service.SendAsync(HttpMethod.Delete, path);
        (int missing, JsonElement error) = await service.SendAsync(HttpMethod.Get, path);
        (int again, _) = await service.SendAsync(HttpMethod.Delete, path);

        Assert.Equal((200, 200, 404, 404), (found, removed, missing, again));
        Assert.True(made.GetProperty("store").GetBoolean());
        Assert.Equal(made.GetRawText(), told.GetRawText());
        Assert.Equal($$"""{"id":"{{Id(made)}}","object":"response","deleted":true}""", gone.GetRawText());
        Assert.Contains(Id(made), error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_response_goes_on_from_the_one_before_without_its_instructions()
    {
        var prompts = new List<string>();
        await using TestService service = await TestService.AnsweringAsync(prompt =>
        {
            prompts.Add(prompt);
            return "Sure.";
        });

        JsonElement first = await service.RespondAsync(ResponseEvents.Request("\"instructions\": \"Be kind.\"", "One"));
        JsonElement second = await service.RespondAsync(ResponseEvents.Request($"\"previous_response_id\": \"{Id(first)}\"", "Two"));
        JsonElement third = await service.RespondAsync(ResponseEvents.Request($"\"previous_response_id\": \"{Id(second)}\", \"instructions\": \"Be brief.\"", "Three"));

        Assert.Equal("system Be kind.user One", prompts[0]);
        Assert.Equal("system Be brief.user Oneassistant Sure.user Twoassistant Sure.user Three", prompts[^1]);
        Assert.Equal(Id(second), third.GetProperty("previous_response_id").GetString());
        (_, JsonElement items) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(third)}/input_items?order=asc");
        Assert.Equal(["One", "Sure.", "Two", "Sure.", "Three"], items.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("content")[0].GetProperty("text").GetString()));
    }

    [Fact]
    public async Task The_beginning_of_the_prompt_is_not_computed_again()
    {
        await using TestService service = await TestService.AnsweringAsync(_ => "Sure, here it is.");

        JsonElement first = await service.RespondAsync(ResponseEvents.Request(input: "Tell me something that takes a while to read."));
        JsonElement second = await service.RespondAsync(ResponseEvents.Request($"\"previous_response_id\": \"{Id(first)}\"", "Go on."));

        int before = first.GetProperty("usage").GetProperty("total_tokens").GetInt32();
        int cached = second.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32();
        Assert.Equal(0, first.GetProperty("usage").GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.InRange(cached, before - 8, before);
    }

    [Fact]
    public async Task A_reference_stands_for_the_item_itself()
    {
        string prompt = "";
        await using TestService service = await TestService.AnsweringAsync(seen =>
        {
            prompt = seen;
            return "Sure.";
        });
        JsonElement first = await service.RespondAsync(ResponseEvents.Request(input: "One"));
        string item = first.GetProperty("output")[0].GetProperty("id").GetString()!;

        await service.RespondAsync($$"""{"model": "tiny", "input": [{"type": "item_reference", "id": "{{item}}"}, {"role": "user", "content": "Two"}]}""");

        Assert.Equal("assistant Sure.user Two", prompt);
    }

    [Fact]
    public async Task Input_items_come_in_pages()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        string input = string.Join(", ", Enumerable.Range(0, 5).Select(i => $$"""{"id": "msg_{{i}}", "role": "user", "content": "{{i}}"}"""));
        JsonElement made = await service.RespondAsync($$"""{"model": "tiny", "input": [{{input}}]}""");
        async Task<string> ListAsync(string query)
        {
            (int status, JsonElement body) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(made)}/input_items{query}");
            return status != 200 ? $"{status} {body.GetProperty("error").GetProperty("param")}"
                : $"{string.Join(',', body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!["msg_".Length..]))} {body.GetProperty("has_more")} {body.GetProperty("last_id")}";
        }

        Assert.Equal("4,3,2,1,0 False msg_0", await ListAsync(""));
        Assert.Equal("0,1 True msg_1", await ListAsync("?limit=2&order=asc"));
        Assert.Equal("2,3,4 False msg_4", await ListAsync("?limit=3&order=asc&after=msg_1"));
        Assert.Equal("400 after", await ListAsync("?after=msg_9"));
        Assert.Equal("400 limit", await ListAsync("?limit=101"));
        Assert.Equal("400 limit", await ListAsync("?limit=0"));
        Assert.Equal("400 order", await ListAsync("?order=up"));
        Assert.Equal("400 page", await ListAsync("?page=2"));
    }

    [Theory]
    [InlineData("previous_response_id", "resp_0000")]
    [InlineData("previous_response_id", "'; DROP TABLE documents; --")]
    [InlineData("conversation", "conv_0000")]
    [InlineData("conversation", "../../etc/passwd")]
    public async Task What_does_not_exist_cannot_be_gone_on_from(string field, string id)
    {
        await using TestService service = await TestService.SayingAsync("Hello.");

        (int status, JsonElement body) = await service.PostAsync("/v1/responses", ResponseEvents.Request($"\"{field}\": {JsonSerializer.Serialize(id)}"));

        Assert.Equal((404, field), (status, body.GetProperty("error").GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData("resp_0000")]
    [InlineData("%27%20OR%201%3D1")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("conv_1")]
    public async Task Hostile_ids_are_not_found(string id)
    {
        await using TestService service = await TestService.SayingAsync("Hello.");

        foreach (string path in new[] { $"/v1/responses/{id}", $"/v1/responses/{id}/input_items", $"/v1/conversations/{id}", $"/v1/conversations/{id}/items", $"/v1/chat/completions/{id}", $"/v1/chat/completions/{id}/messages" })
        {
            (int status, JsonElement body) = await service.SendAsync(HttpMethod.Get, path);
            Assert.True(status == 404, $"{path}: {status} {body}");
        }

        (int tooLong, _) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{new string('a', 4000)}");
        Assert.Equal(404, tooLong);
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_not()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");

        JsonElement made = await service.RespondAsync(ResponseEvents.Request("\"store\": false"));
        (int status, _) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(made)}");

        Assert.Equal((404, false), (status, made.GetProperty("store").GetBoolean()));
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_only_what_needs_it_is_refused()
    {
        await using TestService service = await TestService.SayingAsync("Hello.", new IngotOptions { StoreDays = 0 });

        JsonElement made = await service.RespondAsync(ResponseEvents.Request());
        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request("\"stream\": true"));
        (int kept, JsonElement error) = await service.PostAsync("/v1/responses", ResponseEvents.Request("\"store\": true"));
        (int found, _) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(made)}");
        (int chat, _) = await service.PostAsync("/v1/chat/completions", TestService.Chat());
        (int keptChat, _) = await service.PostAsync("/v1/chat/completions", TestService.Chat("\"store\": true"));
        (int conversation, _) = await service.PostAsync("/v1/conversations", "{}");

        Assert.False(made.GetProperty("store").GetBoolean());
        Assert.Equal("completed", events.Types().Last());
        Assert.Equal((503, 503, 200, 503, 503), (kept, found, chat, keptChat, conversation));
        Assert.Equal("store_unavailable", error.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_stream_that_was_kept_can_be_read_again_from_any_event()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        List<JsonElement> made = await service.StreamAsync(ResponseEvents.Request("\"stream\": true"));
        string id = Id(made[0].GetProperty("response"));

        List<JsonElement> all = await ReadAsync($"/v1/responses/{id}?stream=true");
        List<JsonElement> rest = await ReadAsync($"/v1/responses/{id}?stream=true&starting_after=4");

        Assert.Equal(made.Select(told => told.GetRawText()), all.Select(told => told.GetRawText()));
        Assert.Equal(made.Skip(5).Select(told => told.GetRawText()), rest.Select(told => told.GetRawText()));
        JsonElement whole = await service.RespondAsync(ResponseEvents.Request());
        (int refused, JsonElement error) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(whole)}?stream=true");
        Assert.Equal((400, "stream"), (refused, error.GetProperty("error").GetProperty("param").GetString()));
        (refused, error) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{id}?starting_after=4");
        Assert.Equal((400, "starting_after"), (refused, error.GetProperty("error").GetProperty("param").GetString()));
        (refused, _) = await service.SendAsync(HttpMethod.Post, $"/v1/responses/{id}/cancel");
        Assert.Equal(400, refused);

        async Task<List<JsonElement>> ReadAsync(string path) => ResponseEvents.Parse(await service.Client.GetStringAsync(service.Url + path));
    }

    [Fact]
    public async Task A_schema_as_deep_as_a_request_may_be_is_told_back_in_every_event()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        string deep = $"{new string('[', 60)}{new string(']', 60)}";
        string tools = $$$"""
            "tool_choice": "none", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object", "default": {{{deep}}}}}]
            """;

        JsonElement whole = await service.RespondAsync(ResponseEvents.Request(tools));
        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request($"{tools}, \"stream\": true"));
        List<JsonElement> again = ResponseEvents.Parse(await service.Client.GetStringAsync($"{service.Url}/v1/responses/{Id(events[0].GetProperty("response"))}?stream=true"));
        (int found, _) = await service.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(whole)}");

        Assert.Equal((200, "completed"), (found, events.Types().Last()));
        Assert.Equal(events.Select(told => told.GetRawText()), again.Select(told => told.GetRawText()));
    }

    [Fact]
    public async Task Everything_kept_fits_the_document()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        (_, JsonElement document) = await service.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        var validator = new SchemaValidator(document);
        JsonElement made = await service.RespondAsync(ResponseEvents.Request());
        (_, JsonElement conversation) = await service.PostAsync("/v1/conversations", """{"items": [{"id": "msg_1", "role": "user", "content": "Hi"}], "metadata": {"a": "b"}}""");
        (_, JsonElement chat) = await service.PostAsync("/v1/chat/completions", TestService.Chat("\"store\": true"));

        await CheckAsync("/v1/responses/{id}", HttpMethod.Get, Id(made));
        await CheckAsync("/v1/responses/{id}/input_items", HttpMethod.Get, Id(made));
        await CheckAsync("/v1/responses/{id}", HttpMethod.Delete, Id(made));
        await CheckAsync("/v1/conversations/{id}", HttpMethod.Get, Id(conversation));
        await CheckAsync("/v1/conversations/{id}/items", HttpMethod.Get, Id(conversation));
        await CheckAsync("/v1/conversations/{id}/items/{item}", HttpMethod.Get, Id(conversation));
        await CheckAsync("/v1/conversations/{id}", HttpMethod.Delete, Id(conversation));
        await CheckAsync("/v1/chat/completions", HttpMethod.Get, Id(chat));
        await CheckAsync("/v1/chat/completions/{id}", HttpMethod.Get, Id(chat));
        await CheckAsync("/v1/chat/completions/{id}/messages", HttpMethod.Get, Id(chat));
        await CheckAsync("/v1/chat/completions/{id}", HttpMethod.Delete, Id(chat));

        async Task CheckAsync(string template, HttpMethod method, string id)
        {
            (int status, JsonElement body) = await service.SendAsync(method, template.Replace("{id}", id, StringComparison.Ordinal).Replace("{item}", "msg_1", StringComparison.Ordinal));
            Assert.True(status == 200, $"{template}: {body}");
            JsonElement schema = document.GetProperty("paths").GetProperty(template).GetProperty(method.Method.ToLowerInvariant())
                .GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Empty(validator.Validate(schema, body));
        }
    }

    private static string Id(JsonElement response) => response.GetProperty("id").GetString()!;
}

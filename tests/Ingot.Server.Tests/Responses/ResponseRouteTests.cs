using System.Text.Json;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Responses;

/// <summary>What a response is and how it comes.</summary>
public sealed class ResponseRouteTests
{
    private const string Thinks = TinyModel.Template + "{# <think> #}";

    private const string Tools = """
        "tools": [{"type": "function", "name": "weather", "description": "Tells the weather.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}]
        """;

    [Fact]
    public async Task A_response_has_every_field_that_strict_clients_need()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");

        JsonElement response = await service.RespondAsync(ResponseEvents.Request());

        Assert.Matches("^resp_[0-9a-f]{40}$", response.GetProperty("id").GetString());
        Assert.Equal(("response", "completed", "tiny:1"), (Text(response, "object"), Text(response, "status"), Text(response, "model")));
        Assert.Equal(("auto", "disabled", "default"), (Text(response, "tool_choice"), Text(response, "truncation"), Text(response, "service_tier")));
        Assert.Equal((0, 1, 0, 0, 0), (Number("temperature"), Number("top_p"), Number("presence_penalty"), Number("frequency_penalty"), Number("top_logprobs")));
        Assert.Equal("""{"format":{"type":"text"},"verbosity":"medium"}""", response.GetProperty("text").GetRawText());
        Assert.Equal("""{"effort":null,"summary":null}""", response.GetProperty("reasoning").GetRawText());
        Assert.Equal(("[]", "{}", "false", "true"), (Raw("tools"), Raw("metadata"), Raw("background"), Raw("parallel_tool_calls")));
        string[] nulls = ["error", "incomplete_details", "instructions", "max_output_tokens", "max_tool_calls", "previous_response_id",
            "conversation", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "user"];
        Assert.All(nulls, name => Assert.Equal(JsonValueKind.Null, response.GetProperty(name).ValueKind));
        Assert.Equal(response.GetProperty("created_at").GetInt64(), response.GetProperty("completed_at").GetInt64());
        JsonElement item = response.GetProperty("output")[0];
        Assert.Matches("^msg_[0-9a-f]{40}$", item.GetProperty("id").GetString());
        Assert.Equal(("message", "completed", "assistant"), (Text(item, "type"), Text(item, "status"), Text(item, "role")));
        Assert.Equal("""[{"type":"output_text","text":"Hello.","annotations":[],"logprobs":[]}]""", item.GetProperty("content").GetRawText());
        Assert.Equal(
            """{"input_tokens":31,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":38}""",
            Raw("usage").Replace($"\"input_tokens\":{response.GetProperty("usage").GetProperty("input_tokens")}", "\"input_tokens\":31", StringComparison.Ordinal)
                .Replace($"\"total_tokens\":{response.GetProperty("usage").GetProperty("total_tokens")}", "\"total_tokens\":38", StringComparison.Ordinal));

        string Raw(string name) => response.GetProperty(name).GetRawText();
        double Number(string name) => response.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task What_was_asked_is_told_back()
    {
        await using TestService service = await TestService.SayingAsync("{}");

        JsonElement response = await service.RespondAsync(ResponseEvents.Request($$$"""
            {{{Tools}}}, "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "weather"}]}, "parallel_tool_calls": false,
            "instructions": "Be kind.", "temperature": 0.5, "top_p": 0.25, "presence_penalty": 1, "frequency_penalty": -1, "max_output_tokens": 50, "max_tool_calls": 3,
            "metadata": {"a": "b"}, "user": "u", "safety_identifier": "s", "prompt_cache_key": "k", "truncation": "auto", "service_tier": "auto", "store": false,
            "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}, "verbosity": "medium"}
            """));

        Assert.Equal(("Be kind.", "u", "s", "k", "auto"), (Text(response, "instructions"), Text(response, "user"), Text(response, "safety_identifier"), Text(response, "prompt_cache_key"), Text(response, "truncation")));
        Assert.Equal((50, 3), (response.GetProperty("max_output_tokens").GetInt32(), response.GetProperty("max_tool_calls").GetInt32()));
        Assert.Equal((0.5, 0.25, 1, -1), (response.GetProperty("temperature").GetDouble(), response.GetProperty("top_p").GetDouble(), response.GetProperty("presence_penalty").GetDouble(), response.GetProperty("frequency_penalty").GetDouble()));
        Assert.Equal("""{"a":"b"}""", response.GetProperty("metadata").GetRawText());
        Assert.Equal("allowed_tools", response.GetProperty("tool_choice").GetProperty("type").GetString());
        Assert.Equal("""{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":false}""", response.GetProperty("text").GetProperty("format").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        JsonElement tool = response.GetProperty("tools")[0];
        Assert.Equal(("function", "weather", "False"), (Text(tool, "type"), Text(tool, "name"), tool.GetProperty("strict").ToString()));
        Assert.False(response.GetProperty("store").GetBoolean());
    }

    [Fact]
    public async Task A_text_comes_as_the_events_of_one_message()
    {
        await using TestService service = await TestService.SayingAsync("Hi 🙂");

        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request("\"stream\": true"));

        Assert.Equal(
            ["created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.delta", "output_text.delta",
                "output_text.done", "content_part.done", "output_item.done", "completed"],
            events.Types());
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(told => told.GetProperty("sequence_number").GetInt32()));
        string id = events[2].GetProperty("item").GetProperty("id").GetString()!;
        Assert.All(events.Where(told => told.TryGetProperty("item_id", out _)), told => Assert.Equal(id, told.GetProperty("item_id").GetString()));
        Assert.Equal("in_progress", events[0].GetProperty("response").GetProperty("status").GetString());
        Assert.Equal("Hi 🙂", string.Concat(events.Where(told => told.TryGetProperty("delta", out _)).Select(told => told.GetProperty("delta").GetString())));
        Assert.Equal("Hi 🙂", events[8].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Array, events[4].GetProperty("logprobs").ValueKind);
        Assert.Equal("Hi 🙂", ResponseEvents.TextOf(events[^1].GetProperty("response")));
        Assert.True(events[^1].GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32() > 3);
    }

    [Fact]
    public async Task Thinking_and_calls_are_items_with_events_of_their_own()
    {
        await using TestService service = await TestService.AnsweringAsync(
            _ => """<think>Hm.</think><tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""", Thinks);

        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request($"{Tools}, \"stream\": true"));

        string[] types = [.. events.Types().Distinct()];
        Assert.Equal(
            ["created", "in_progress", "output_item.added", "content_part.added", "reasoning_text.delta", "reasoning_text.done", "content_part.done", "output_item.done",
                "function_call_arguments.delta", "function_call_arguments.done", "completed"],
            types);
        JsonElement[] output = [.. events[^1].GetProperty("response").GetProperty("output").EnumerateArray()];
        Assert.Equal(["reasoning", "function_call"], output.Select(item => Text(item, "type")));
        Assert.Equal("""[{"type":"reasoning_text","text":"Hm."}]""", output[0].GetProperty("content").GetRawText());
        Assert.Equal("[]", output[0].GetProperty("summary").GetRawText());
        Assert.Equal(("weather", """{"city": "Rome"}"""), (Text(output[1], "name"), Text(output[1], "arguments")));
        Assert.StartsWith("call_", Text(output[1], "call_id"), StringComparison.Ordinal);
        Assert.StartsWith("fc_", Text(output[1], "id"), StringComparison.Ordinal);
        Assert.Equal([0, 1], events.Where(told => told.TryGetProperty("output_index", out _)).Select(told => told.GetProperty("output_index").GetInt32()).Distinct());
        Assert.Equal("""{"city": "Rome"}""", string.Concat(events.Where(told => Text(told, "type").EndsWith("arguments.delta", StringComparison.Ordinal)).Select(told => Text(told, "delta"))));
    }

    [Fact]
    public async Task A_stream_is_the_whole_response_in_pieces()
    {
        await using TestService service = await TestService.SayingAsync("One two three.");

        JsonElement whole = await service.RespondAsync(ResponseEvents.Request("\"include\": [\"message.output_text.logprobs\"], \"top_logprobs\": 2"));
        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request("\"include\": [\"message.output_text.logprobs\"], \"top_logprobs\": 2, \"stream\": true"));

        JsonElement Content(JsonElement response) => response.GetProperty("output")[0].GetProperty("content");
        Assert.Equal(Content(whole).GetRawText(), Content(events[^1].GetProperty("response")).GetRawText());
        Assert.Equal(2, Content(whole)[0].GetProperty("logprobs")[0].GetProperty("top_logprobs").GetArrayLength());
        Assert.Equal("One two three.", string.Concat(Content(whole)[0].GetProperty("logprobs").EnumerateArray().Select(token => Text(token, "token"))).Replace("<|im_end|>", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_makes_it_incomplete_and_says_so()
    {
        await using TestService service = await TestService.SayingAsync("One two three.");

        JsonElement response = await service.RespondAsync(ResponseEvents.Request("\"max_output_tokens\": 3"));
        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request("\"max_output_tokens\": 3, \"stream\": true"));

        Assert.Equal(("incomplete", "One"), (Text(response, "status"), ResponseEvents.TextOf(response)));
        Assert.Equal("""{"reason":"max_output_tokens"}""", response.GetProperty("incomplete_details").GetRawText());
        Assert.Equal(("incomplete", "incomplete"), (events.Types().Last(), Text(events[^1].GetProperty("response").GetProperty("output")[0], "status")));
        Assert.Equal(JsonValueKind.Null, response.GetProperty("completed_at").ValueKind);
    }

    [Fact]
    public async Task A_failure_in_the_middle_is_an_event_that_keeps_what_there_was()
    {
        int steps = 0;
        await using TestService service = await TestService.StartAsync(model => model.Load(new FakeRunner
        {
            VocabularySize = 260,
            Next = _ => 'a',
            OnStep = _ =>
            {
                if (++steps == 4)
                    throw new InvalidOperationException("a secret of the engine");
            },
        }));

        List<JsonElement> events = await service.StreamAsync(ResponseEvents.Request("\"stream\": true"));

        JsonElement response = events[^1].GetProperty("response");
        Assert.Equal(("failed", "failed", "aaa"), (events.Types().Last(), Text(response, "status"), ResponseEvents.TextOf(response)));
        Assert.Equal("internal", Text(response.GetProperty("error"), "code"));
        Assert.DoesNotContain("secret", response.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_oldest_turns_go_first_where_truncation_is_allowed()
    {
        string prompt = "";
        await using TestService service = await TestService.AnsweringAsync(seen =>
        {
            prompt = seen;
            return "ok";
        });
        string turns = string.Join(", ", Enumerable.Range(0, 20).SelectMany(turn => new[]
        {
            $$"""{"role": "user", "content": "question {{turn}} {{new string('x', 30)}}"}""", $$"""{"role": "assistant", "content": "answer {{turn}}"}""",
        }));
        string Request(string truncation) =>
            $$"""{"model": "tiny", "instructions": "Be kind.", "truncation": "{{truncation}}", "max_output_tokens": 40, "input": [{{turns}}, {"role": "user", "content": "last"}]}""";

        (int refused, JsonElement error) = await service.PostAsync("/v1/responses", Request("disabled"));
        JsonElement response = await service.RespondAsync(Request("auto"));

        Assert.Equal((400, "context_length_exceeded"), (refused, Text(error.GetProperty("error"), "code")));
        Assert.Equal("ok", ResponseEvents.TextOf(response));
        Assert.StartsWith("system Be kind.user question 7 ", prompt, StringComparison.Ordinal);
        Assert.EndsWith("user last", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prompt_is_counted_without_an_answer()
    {
        await using TestService service = await TestService.SayingAsync("Hello.");
        string request = ResponseEvents.Request($"{Tools}, \"instructions\": \"Be kind.\"");

        (_, JsonElement count) = await service.PostAsync("/v1/responses/input_tokens", request);
        JsonElement response = await service.RespondAsync(request);

        Assert.Equal("response.input_tokens", Text(count, "object"));
        Assert.Equal(response.GetProperty("usage").GetProperty("input_tokens").GetInt32(), count.GetProperty("input_tokens").GetInt32());
    }

    private static string Text(JsonElement holder, string name) => holder.GetProperty(name).GetString()!;
}

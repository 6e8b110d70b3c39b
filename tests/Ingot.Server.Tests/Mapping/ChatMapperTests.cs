using System.Text.Json;
using Ingot.Engine;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Server.Bounds;
using Ingot.Server.Mapping;
using Ingot.Service;
using Ingot.Service.Chat;

namespace Ingot.Server.Tests.Mapping;

public sealed class ChatMapperTests
{
    private const string Messages = """ "messages": [{"role": "user", "content": "Hi"}] """;

    [Fact]
    public void A_full_request_keeps_everything_it_says()
    {
        ChatTurn turn = Map("""
            {
              "model": "m", "temperature": 0.5, "top_p": 0.9, "top_k": 7, "min_p": 0.1, "n": 2, "stop": ["a", "b"], "seed": 42,
              "max_completion_tokens": 9, "presence_penalty": 1, "frequency_penalty": -1, "repetition_penalty": 1.1,
              "logit_bias": {"5": -100}, "logprobs": true, "top_logprobs": 3,
              "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "Hello "}, {"type": "text", "text": "there"}]},
                {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
                {"role": "tool", "tool_call_id": "c1", "content": "2"}
              ],
              "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
            }
            """);

        Assert.Equal("m", turn.Model);
        Assert.Equal((2, 9, 3), (turn.Choices, turn.MaxTokens, turn.TopLogProbabilities));
        Assert.Equal(["a", "b"], turn.Stop);
        Assert.Equal((0.5f, 0.9f, 7, 0.1f), (turn.Sampling.Temperature, turn.Sampling.TopP, turn.Sampling.TopK, turn.Sampling.MinP));
        Assert.Equal((1f, -1f, 1.1f), (turn.Sampling.PresencePenalty, turn.Sampling.FrequencyPenalty, turn.Sampling.RepetitionPenalty));
        Assert.Equal(42, turn.Sampling.Seed);
        Assert.Equal(-100, turn.Sampling.LogitBias![5]);
        Assert.Equal(["Be brief.", "Hello there", null, "2"], turn.Messages.Select(message => message.Text));
        Assert.Equal("""{"x":1}""", turn.Messages[2].ToolCalls[0].Arguments);
        Assert.Equal("c1", turn.Messages[3].ToolCallId);
        Assert.Equal(ToolChoice.Auto, turn.ToolChoice);
    }

    [Theory]
    [InlineData(""" "max_tokens": 5 """)]
    [InlineData(""" "max_completion_token": 5 """)]
    [InlineData(""" "max_tokens": 5, "max_completion_tokens": 5 """)]
    public void Every_spelling_of_the_token_limit_counts(string field) =>
        Assert.Equal(5, Map($$"""{"model": "m", {{Messages}}, {{field}} }""").MaxTokens);

    [Fact]
    public void Foundry_Locals_metadata_sets_top_k_and_seed()
    {
        ChatTurn turn = Map($$$"""{"model": "m", {{{Messages}}}, "metadata": {"top_k": "4", "random_seed": "-8"} }""");

        Assert.Equal((4, -8), (turn.Sampling.TopK, turn.Sampling.Seed));
    }

    [Theory]
    [InlineData(""" "temperature": 2.1 """, "temperature", ErrorCode.InvalidValue)]
    [InlineData(""" "top_p": 0 """, "top_p", ErrorCode.InvalidValue)]
    [InlineData(""" "top_k": -1 """, "top_k", ErrorCode.InvalidValue)]
    [InlineData(""" "max_tokens": 0 """, "max_tokens", ErrorCode.InvalidValue)]
    [InlineData(""" "presence_penalty": -2.5 """, "presence_penalty", ErrorCode.InvalidValue)]
    [InlineData(""" "logit_bias": {"x": 1} """, "logit_bias.x", ErrorCode.InvalidValue)]
    [InlineData(""" "top_logprobs": 2 """, "top_logprobs", ErrorCode.InvalidValue)]
    [InlineData(""" "logprobs": true, "top_logprobs": 21 """, "top_logprobs", ErrorCode.InvalidValue)]
    [InlineData(""" "stream_options": {"include_usage": true} """, "stream_options", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "xml"} """, "response_format.type", ErrorCode.InvalidValue)]
    [InlineData(""" "tool_choice": "auto" """, "tool_choice", ErrorCode.InvalidValue)]
    [InlineData(""" "ep": "cuda" """, "ep", ErrorCode.UnsupportedValue)]
    [InlineData(""" "ttl": -1 """, "ttl", ErrorCode.InvalidValue)]
    [InlineData(""" "service_tier": "priority" """, "service_tier", ErrorCode.UnsupportedValue)]
    [InlineData(""" "reasoning_effort": "lots" """, "reasoning_effort", ErrorCode.InvalidValue)]
    [InlineData(""" "stream": true, "stream_options": {"include_obfuscation": true} """, "stream_options.include_obfuscation", ErrorCode.UnsupportedValue)]
    [InlineData(""" "seed": 1, "random_seed": 2 """, "random_seed", ErrorCode.InvalidValue)]
    [InlineData(""" "parallel_tool_calls": false """, "parallel_tool_calls", ErrorCode.InvalidValue)]
    [InlineData(""" "functions": [{"name": "f"}], "parallel_tool_calls": true """, "parallel_tool_calls", ErrorCode.InvalidValue)]
    [InlineData(""" "functions": [null] """, "functions[0]", ErrorCode.InvalidValue)]
    [InlineData(""" "functions": [{"name": "f"}, {"name": "f"}] """, "functions", ErrorCode.InvalidValue)]
    [InlineData(""" "functions": [{"name": "f"}], "function_call": {"name": "g"} """, "function_call.name", ErrorCode.InvalidValue)]
    [InlineData(""" "functions": [{"name": "f"}], "function_call": "required" """, "function_call", ErrorCode.InvalidValue)]
    [InlineData(""" "function_call": "auto" """, "function_call", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [null] """, "tools[0]", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "functions": [{"name": "f"}] """, "functions", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": 5 """, "tool_choice", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {} """, "tool_choice.type", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "allowed_tools"} """, "tool_choice.allowed_tools", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "none", "tools": []}} """, "tool_choice.allowed_tools.mode", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}} """, "tool_choice.allowed_tools.tools", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "g"}}]}} """, "tool_choice.allowed_tools.tools[0].function.name", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "custom"} """, "tool_choice", ErrorCode.UnsupportedValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "function"} """, "tool_choice.function", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "function", "function": {"name": 5}} """, "tool_choice.function.name", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f", "strict": true, "parameters": {"type": "object"}}}] """, "tools[0].function.parameters", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"schema": {}}} """, "response_format.json_schema.name", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}} """, "response_format.json_schema.name", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"name": "s"}} """, "response_format.json_schema.schema", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": "x"}} """, "response_format.json_schema.schema", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {}, "strict": 1}} """, "response_format.json_schema.strict", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "array"}, "strict": true}} """, "response_format.json_schema.schema", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "f", "parameters": []}}] """, "tools[0].function.parameters", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "json_schema"} """, "response_format.json_schema", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "prediction": {"content": "x"} """, "prediction.type", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "prediction": {"type": "content"} """, "prediction.content", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "prediction": {"type": "content", "content": [{"type": "text"}]} """, "prediction.content[0].text", ErrorCode.MissingRequiredParameter)]
    [InlineData(""" "metadata": {"top_k": "many"} """, "metadata.top_k", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "a b"}}] """, "tools[0].function.name", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "web_search"}] """, "tools[0].type", ErrorCode.UnsupportedValue)]
    public void A_wrong_field_is_refused_by_its_name(string field, string param, ErrorCode code)
    {
        var refusal = Assert.Throws<IngotException>(() => Map($$"""{"model": "m", {{Messages}}, {{field}} }"""));

        Assert.Equal((code, param), (refusal.Code, refusal.Param));
    }

    [Fact]
    public void A_prediction_is_text_or_parts_of_it_and_what_came_of_it_is_counted_only_then()
    {
        Assert.Equal("abc", Map($$$"""{"model": "m", {{{Messages}}}, "prediction": {"type": "content", "content": "abc"} }""").Prediction);
        Assert.Equal("abc", Map($$$"""
            {"model": "m", {{{Messages}}}, "prediction": {"type": "content", "content": [{"type": "text", "text": "ab"}, {"type": "text", "text": "c"}]} }
            """).Prediction);
        Assert.Null(Map($$"""{"model": "m", {{Messages}} }""").Prediction);

        var counts = new UsageUpdate(new TokenUsage(5, 9, 0, AcceptedDrafts: 4, RefusedDrafts: 2), 0);
        Assert.Equal(new CompletionTokensDetails(0, 4, 2), WireUsage.From(counts, countsPrediction: true).CompletionTokensDetails);
        Assert.Equal(new CompletionTokensDetails(0), WireUsage.From(counts).CompletionTokensDetails);
    }

    [Fact]
    public void What_only_says_how_to_run_is_kept_too()
    {
        ChatTurn turn = Map($$$"""{"model": "m", {{{Messages}}}, "ttl": 60, "reasoning_effort": "xhigh", "service_tier": "default", "store": false, "ep": "CPU"}""");

        Assert.Equal((TimeSpan.FromMinutes(1), ReasoningEffort.XHigh), (turn.TimeToLive, turn.ReasoningEffort));
        Assert.True(turn.ParallelToolCalls);
        Assert.Null(Map($$"""{"model": "m", {{Messages}} }""").TimeToLive);
    }

    [Fact]
    public void Choices_and_formats_keep_their_shape_for_whoever_can_do_them()
    {
        const string Tools = """ "tools": [{"type": "function", "function": {"name": "f"}}] """;
        ChatTurn With(string field) => Map($$"""{"model": "m", {{Messages}}, {{Tools}}, {{field}} }""");

        Assert.Equal(ToolChoice.None, With(""" "tool_choice": "none" """).ToolChoice);
        Assert.Equal(ToolChoice.Required, With(""" "tool_choice": "required" """).ToolChoice);
        Assert.Equal(ToolChoice.Named("f"), With(""" "tool_choice": {"type": "function", "function": {"name": "f"}} """).ToolChoice);
        Assert.False(With(""" "parallel_tool_calls": false """).ParallelToolCalls);
        ToolChoice allowed = With(""" "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "f"}}]}} """).ToolChoice;
        Assert.Equal((ToolChoiceKind.Required, "f"), (allowed.Kind, Assert.Single(allowed.AllowedNames!)));
        ChatResponseFormat schema = With(""" "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "null"}}} """).ResponseFormat;
        Assert.Equal((ChatResponseFormatKind.JsonSchema, """{"type": "null"}"""), (schema.Kind, schema.Schema!.Value.GetRawText()));
        ChatResponseFormat lark = With(""" "response_format": {"type": "lark_grammar", "lark_grammar": "start: \"a\""} """).ResponseFormat;
        Assert.Equal((ChatResponseFormatKind.LarkGrammar, "start: \"a\""), (lark.Kind, lark.Grammar));
        ChatTurn strict = Map($$$$"""{"model": "m", {{{{Messages}}}}, "tools": [{"type": "function", "function": {"name": "f", "strict": true, "parameters": {"type": "object", "additionalProperties": false}}}]}""");
        Assert.True(Assert.Single(strict.Tools).IsStrict);
        ChatTurn older = Map($$"""{"model": "m", {{Messages}}, "functions": [{"name": "f"}], "function_call": {"name": "f"} }""");
        Assert.Equal(ToolChoice.Named("f"), older.ToolChoice);
    }

    [Fact]
    public void The_older_form_of_tools_is_one_call_at_most()
    {
        ChatTurn turn = Map("""
            {"model": "m", "functions": [{"name": "f", "parameters": {"type": "object"}}], "function_call": "auto", "messages": [
              {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}}, {"role": "function", "name": "f", "content": "2"}]}
            """);

        Assert.Equal((ToolChoice.Auto, false), (turn.ToolChoice, turn.ParallelToolCalls));
        Assert.Equal("f", Assert.Single(turn.Tools).Name);
        Assert.Equal("f", Assert.Single(turn.Messages[0].ToolCalls).Name);
        Assert.Equal((TurnRole.Tool, "f", "2"), (turn.Messages[1].Role, turn.Messages[1].Name, turn.Messages[1].Text));
    }

    [Theory]
    [InlineData(""" "max_completion_tokens": 5, "max_tokens": 6 """, "max_tokens")]
    [InlineData(""" "max_completion_token": 5, "max_completion_tokens": 6 """, "max_completion_token")]
    [InlineData(""" "max_tokens": 5, "max_completion_token": 6 """, "max_tokens")]
    public void Two_names_of_the_token_limit_may_not_differ(string fields, string param)
    {
        Assert.Equal(param, Assert.Throws<IngotException>(() => Map($$"""{"model": "m", {{Messages}}, {{fields}} }""")).Param);
        Assert.Equal(5, Map($$"""{"model": "m", {{Messages}}, {{fields.Replace('6', '5')}} }""").MaxTokens);
    }

    [Fact]
    public void Metadata_is_bounded()
    {
        string Metadata(int count, int length) =>
            $$"""{"model": "m", {{Messages}}, "metadata": { {{string.Join(", ", Enumerable.Range(0, count).Select(i => $"\"k{i}\": \"{new string('v', length)}\""))}} } }""";

        Map(Metadata(16, 512));
        Assert.Equal("metadata", Assert.Throws<IngotException>(() => Map(Metadata(17, 1))).Param);
        Assert.Equal("metadata.k0", Assert.Throws<IngotException>(() => Map(Metadata(1, 513))).Param);
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}]}""", "model")]
    [InlineData("""{"model": "m"}""", "messages")]
    [InlineData("""{"model": "m", "messages": []}""", "messages")]
    [InlineData("""{"model": "m", "messages": [{"content": "Hi"}]}""", "messages[0].role")]
    [InlineData("""{"model": "m", "messages": [{"role": "robot", "content": "Hi"}]}""", "messages[0].role")]
    [InlineData("""{"model": "m", "messages": [{"role": "user"}]}""", "messages[0].content")]
    [InlineData("""{"model": "m", "messages": [{"role": "tool", "content": "x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "video_url", "video_url": {"url": "x"}}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "x", "mood": 1}]}]}""", "messages[0].content[0].mood")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "text"}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [{"type": "refusal", "refusal": "no"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": [null]}]}""", "messages[0].content[0]")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": []}]}""", "messages[0].content")]
    [InlineData("""{"model": "m", "messages": [null]}""", "messages[0]")]
    [InlineData("""{"model": "m", "messages": [{"role": "function", "content": "x"}]}""", "messages[0].name")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": "x", "tool_call_id": "c"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"model": "m", "messages": [{"role": "user", "content": "x", "function_call": {"name": "f"}}]}""", "messages[0].function_call")]
    [InlineData("""{"model": "m", "messages": [{"role": "assistant", "tool_calls": [null]}]}""", "messages[0].tool_calls[0]")]
    [InlineData("""{"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"model": "m", "messages": [{"role": "assistant", "function_call": {"arguments": "{}"}}]}""", "messages[0].function_call.name")]
    public void A_message_that_does_not_say_enough_is_refused_by_its_place(string json, string param) =>
        Assert.Equal(param, Assert.Throws<IngotException>(() => Map(json)).Param);

    private static ChatTurn Map(string json)
    {
        ChatCompletionRequest request = JsonSerializer.Deserialize(json, WireJson.For<ChatCompletionRequest>())!;
        new WireRules(new IngotOptions()).Check(request);
        return ChatMapper.ToTurn(request);
    }
}

using System.Text.Json;
using Ingot.Errors;
using Ingot.Protocol;
using Ingot.Protocol.Chat;
using Ingot.Server.Mapping;
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
    [InlineData(""" "max_tokens": 99, "max_completion_tokens": 5 """)]
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
    [InlineData(""" "n": 0 """, "n", ErrorCode.InvalidValue)]
    [InlineData(""" "max_tokens": 0 """, "max_tokens", ErrorCode.InvalidValue)]
    [InlineData(""" "presence_penalty": -2.5 """, "presence_penalty", ErrorCode.InvalidValue)]
    [InlineData(""" "stop": ["1", "2", "3", "4", "5"] """, "stop", ErrorCode.InvalidValue)]
    [InlineData(""" "stop": "" """, "stop", ErrorCode.InvalidValue)]
    [InlineData(""" "logit_bias": {"x": 1} """, "logit_bias.x", ErrorCode.InvalidValue)]
    [InlineData(""" "top_logprobs": 2 """, "top_logprobs", ErrorCode.InvalidValue)]
    [InlineData(""" "logprobs": true, "top_logprobs": 21 """, "top_logprobs", ErrorCode.InvalidValue)]
    [InlineData(""" "stream_options": {"include_usage": true} """, "stream_options", ErrorCode.InvalidValue)]
    [InlineData(""" "response_format": {"type": "xml"} """, "response_format.type", ErrorCode.InvalidValue)]
    [InlineData(""" "tool_choice": "auto" """, "tool_choice", ErrorCode.InvalidValue)]
    [InlineData(""" "ep": "cuda" """, "ep", ErrorCode.UnsupportedValue)]
    [InlineData(""" "store": true """, "store", ErrorCode.UnsupportedValue)]
    [InlineData(""" "ttl": 5 """, "ttl", ErrorCode.UnsupportedValue)]
    [InlineData(""" "metadata": {"top_k": "many"} """, "metadata.top_k", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "function", "function": {"name": "a b"}}] """, "tools[0].function.name", ErrorCode.InvalidValue)]
    [InlineData(""" "tools": [{"type": "web_search"}] """, "tools[0].type", ErrorCode.UnsupportedValue)]
    public void A_wrong_field_is_refused_by_its_name(string field, string param, ErrorCode code)
    {
        var refusal = Assert.Throws<IngotException>(() => Map($$"""{"model": "m", {{Messages}}, {{field}} }"""));

        Assert.Equal((code, param), (refusal.Code, refusal.Param));
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
    public void A_message_that_does_not_say_enough_is_refused_by_its_place(string json, string param) =>
        Assert.Equal(param, Assert.Throws<IngotException>(() => Map(json)).Param);

    private static ChatTurn Map(string json) =>
        ChatMapper.ToTurn(JsonSerializer.Deserialize(json, WireJson.For<ChatCompletionRequest>())!);
}

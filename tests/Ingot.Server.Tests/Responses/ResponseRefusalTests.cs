using System.Text.Json;

namespace Ingot.Server.Tests.Responses;

/// <summary>Whatever is wrong with a request for a response is told by the field.</summary>
public sealed class ResponseRefusalTests : IAsyncLifetime
{
    private TestService? _service;

    [Theory]
    [InlineData("""{"input": "Hi"}""", "missing_required_parameter", "model")]
    [InlineData("""{"model": "tiny"}""", "missing_required_parameter", "input")]
    [InlineData("""{"model": "tiny", "input": 5}""", "invalid_value", "input")]
    [InlineData("""{"model": "tiny", "input": []}""", "invalid_value", "input")]
    [InlineData("""{"model": "tiny", "input": [5]}""", "invalid_value", "input[0]")]
    [InlineData("""{"model": "tiny", "input": [null]}""", "invalid_value", "input[0]")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user"}]}""", "missing_required_parameter", "input[0].content")]
    [InlineData("""{"model": "tiny", "input": [{"content": "Hi"}]}""", "missing_required_parameter", "input[0].role")]
    [InlineData("""{"model": "tiny", "input": [{"role": "tool", "content": "Hi"}]}""", "invalid_value", "input[0].role")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": "Hi", "mood": 1}]}""", "unknown_parameter", "input[0].mood")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": "Hi", "call_id": "c"}]}""", "unknown_parameter", "input[0].call_id")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}""", "unsupported_value", "input[0].content[0].type")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": [{"type": "output_text", "text": "x"}]}]}""", "invalid_value", "input[0].content[0].type")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": [{"type": "input_text", "text": 5}]}]}""", "invalid_value", "input[0].content[0].text")]
    [InlineData("""{"model": "tiny", "input": [{"role": "user", "content": [{"type": "input_text", "text": "a", "detail": 5}]}]}""", "unknown_parameter", "input[0].content[0].detail")]
    [InlineData("""{"model": "tiny", "input": [{"type": "computer_call", "action": {}}]}""", "unsupported_value", "input[0].type")]
    [InlineData("""{"model": "tiny", "input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]}""", "invalid_value", "input")]
    [InlineData("""{"model": "tiny", "input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}, {"role": "user", "content": "Hi"}]}""", "invalid_value", "input[1]")]
    [InlineData("""{"model": "tiny", "input": [{"type": "function_call_output", "call_id": "c", "output": "1"}]}""", "invalid_value", "input[0].call_id")]
    [InlineData("""{"model": "tiny", "input": [{"type": "function_call", "name": "f", "arguments": "{}"}]}""", "missing_required_parameter", "input[0].call_id")]
    [InlineData("""{"model": "tiny", "input": [{"type": "reasoning", "summary": [], "encrypted_content": "x"}]}""", "unsupported_value", "input[0].encrypted_content")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tools": [{"type": "web_search"}]}""", "unsupported_value", "tools[0].type")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tools": [{"type": "function", "name": "f", "parameters": 5}]}""", "invalid_value", "tools[0].parameters")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tools": [{"type": "function", "name": "f", "x": 5}]}""", "unknown_parameter", "tools[0].x")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tools": [{"type": "function", "name": "f"}, {"type": "function", "name": "f"}]}""", "invalid_value", "tools")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tools": [{"type": "function", "name": "f", "strict": true, "parameters": {"type": "object", "properties": {}}}]}""", "invalid_value", "tools[0].parameters")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tool_choice": "required"}""", "invalid_value", "tool_choice")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tool_choice": {"type": "function", "name": "f"}}""", "invalid_value", "tool_choice.name")]
    [InlineData("""{"model": "tiny", "input": "Hi", "tool_choice": {"type": "file_search"}}""", "unsupported_value", "tool_choice")]
    [InlineData("""{"model": "tiny", "input": "Hi", "text": {"format": {"type": "json_schema", "name": "n"}}}""", "missing_required_parameter", "text.format.schema")]
    [InlineData("""{"model": "tiny", "input": "Hi", "text": {"format": {"type": "json_schema", "name": "n", "schema": {"uniqueItems": true}}}}""", "unsupported_value", "text.format.schema")]
    [InlineData("""{"model": "tiny", "input": "Hi", "text": {"format": {"type": "xml"}}}""", "invalid_value", "text.format.type")]
    [InlineData("""{"model": "tiny", "input": "Hi", "text": {"verbosity": "low"}}""", "unsupported_value", "text.verbosity")]
    [InlineData("""{"model": "tiny", "input": "Hi", "reasoning": {"effort": "low"}}""", "unsupported_value", "reasoning.effort")]
    [InlineData("""{"model": "tiny", "input": "Hi", "reasoning": {"effort": "some"}}""", "invalid_value", "reasoning.effort")]
    [InlineData("""{"model": "tiny", "input": "Hi", "reasoning": {"summary": "detailed"}}""", "unsupported_value", "reasoning.summary")]
    [InlineData("""{"model": "tiny", "input": "Hi", "include": ["file_search_call.results"]}""", "unsupported_value", "include[0]")]
    [InlineData("""{"model": "tiny", "input": "Hi", "temperature": 3}""", "invalid_value", "temperature")]
    [InlineData("""{"model": "tiny", "input": "Hi", "max_output_tokens": 0}""", "invalid_value", "max_output_tokens")]
    [InlineData("""{"model": "tiny", "input": "Hi", "max_output_tokens": 100000}""", "context_length_exceeded", "max_output_tokens")]
    [InlineData("""{"model": "tiny", "input": "Hi", "max_tool_calls": 0}""", "invalid_value", "max_tool_calls")]
    [InlineData("""{"model": "tiny", "input": "Hi", "top_logprobs": 21}""", "invalid_value", "top_logprobs")]
    [InlineData("""{"model": "tiny", "input": "Hi", "truncation": "middle"}""", "invalid_value", "truncation")]
    [InlineData("""{"model": "tiny", "input": "Hi", "service_tier": "flex"}""", "unsupported_value", "service_tier")]
    [InlineData("""{"model": "tiny", "input": "Hi", "prompt": {"id": "p"}}""", "unsupported_value", "prompt")]
    [InlineData("""{"model": "tiny", "input": "Hi", "stream_options": {}}""", "invalid_value", "stream_options")]
    [InlineData("""{"model": "tiny", "input": "Hi", "stream": true, "stream_options": {"include_obfuscation": true}}""", "unsupported_value", "stream_options.include_obfuscation")]
    [InlineData("""{"model": "tiny", "input": "Hi", "previous_response_id": "resp_1", "conversation": "conv_1"}""", "invalid_value", "previous_response_id")]
    [InlineData("""{"model": "tiny", "input": "Hi", "background": true, "store": false}""", "invalid_value", "background")]
    [InlineData("""{"model": "tiny", "input": "Hi", "conversation": {"name": "c"}}""", "invalid_value", "conversation")]
    [InlineData("""{"model": "tiny", "input": "Hi", "messages": []}""", "unknown_parameter", "messages")]
    public async Task A_wrong_request_is_refused_by_the_field(string json, string code, string param)
    {
        (int status, JsonElement body) = await _service!.PostAsync("/openai/v1/responses", json);

        JsonElement error = body.GetProperty("error");
        Assert.Equal((400, code, param), (status, error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{"model": "tiny", "input": [{"type": "item_reference", "id": "msg_1"}]}""", "input[0].id")]
    [InlineData("""{"model": "tiny", "input": [{"id": "msg_1"}]}""", "input[0].id")]
    [InlineData("""{"model": "no-such-model", "input": "Hi"}""", "model")]
    public async Task What_is_not_there_is_not_found(string json, string param)
    {
        (int status, JsonElement body) = await _service!.PostAsync("/v1/responses", json);

        Assert.Equal((404, param), (status, body.GetProperty("error").GetProperty("param").GetString()));
    }

    public async ValueTask InitializeAsync() => _service = await TestService.SayingAsync("Hello.");

    public async ValueTask DisposeAsync() => await _service!.DisposeAsync();
}

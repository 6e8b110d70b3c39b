using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests.Routes;

public sealed class TokenRouteTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string CountPath = "/v1/chat/completions/tokenizer/encode/count";
    private const string Model = ShippedModel.Name;

    public static TheoryData<string> Conversations =>
    [
        """ "messages": [{"role": "user", "content": "Hi"}] """,
        """ "messages": [{"role": "user", "content": ""}] """,
        """ "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Grüße, 世界 🌍"}]}] """,
        """ "messages": [{"role": "user", "content": "<|im_end|><|im_start|>system"}], "temperature": 0, "seed": 3 """,
        """
         "messages": [
            {"role": "user", "content": "What is the weather?"},
            {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Rome\"}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"}],
         "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
        """,
    ];

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task The_count_is_what_the_same_request_uses(string fields)
    {
        string request = $$"""{"model": "{{Model}}", "max_tokens": 1, {{fields}} }""";

        JsonElement answer = await server.PostJsonAsync("/v1/chat/completions", request);
        JsonElement count = await server.PostJsonAsync(CountPath, request);
        JsonElement other = await server.PostJsonAsync("/openai" + CountPath, request);

        int expected = answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
        Assert.True(expected > 5);
        Assert.Equal($$"""{"tokenCount":{{expected}}}""", count.GetRawText());
        Assert.Equal(count.GetRawText(), other.GetRawText());
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_counted_too()
    {
        string words = string.Concat(Enumerable.Repeat("blue sky ", 3000));

        JsonElement count = await server.PostJsonAsync(CountPath, new { model = Model, messages = new[] { new { role = "user", content = words } } });

        Assert.InRange(count.GetProperty("tokenCount").GetInt32(), 3000, 10_000);
    }

    [Theory]
    [InlineData("input")]
    [InlineData("content")]
    [InlineData("prompt")]
    public async Task Text_becomes_tokens_and_tokens_become_the_text(string field)
    {
        const string Text = "Hello, 世界! <|im_end|>";

        JsonElement tokens = await server.PostJsonAsync("/v1/tokenize", new Dictionary<string, string> { ["model"] = Model, [field] = Text });
        JsonElement text = await server.PostJsonAsync("/v1/detokenize", new { model = Model, tokens = tokens.GetProperty("tokens") });

        Assert.Equal(tokens.GetProperty("tokens").GetArrayLength(), tokens.GetProperty("count").GetInt32());
        Assert.Equal(1024, tokens.GetProperty("max_model_len").GetInt32());
        Assert.Equal(Text, text.GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_prompt_of_a_completion_has_the_tokens_that_tokenize_gives()
    {
        const string Text = "Why is the sky blue?<|im_end|>";

        JsonElement tokens = await server.PostJsonAsync("/openai/v1/tokenize", new { model = Model, input = Text });
        JsonElement answer = await server.PostJsonAsync("/v1/completions", new { model = Model, prompt = Text, max_tokens = 1 });

        Assert.Equal(tokens.GetProperty("count").GetInt32(), answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Text_that_only_looks_like_a_special_token_stays_text_when_asked_to()
    {
        JsonElement token = await server.PostJsonAsync("/v1/tokenize", new { model = Model, input = "<|im_end|>" });
        JsonElement text = await server.PostJsonAsync("/v1/tokenize", new { model = Model, input = "<|im_end|>", parse_special = false });

        Assert.Equal(1, token.GetProperty("count").GetInt32());
        Assert.True(text.GetProperty("count").GetInt32() > 1);
    }
}

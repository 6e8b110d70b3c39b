using System.Net;
using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Server.Tests.Embeddings;

/// <summary><c>POST /v1/embeddings</c> as it is on the wire.</summary>
public sealed class EmbeddingRouteTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Route = "/v1/embeddings";

    [Fact]
    public async Task One_text_gives_one_vector_with_its_tokens_counted()
    {
        JsonElement answer = await server.PostJsonAsync(Route, new { model = TestEncoder.Name, input = "Hello world", user = "somebody" });

        Assert.Equal("list", answer.GetProperty("object").GetString());
        Assert.StartsWith($"{TestEncoder.Name}:", answer.GetProperty("model").GetString(), StringComparison.Ordinal);
        JsonElement item = Assert.Single(answer.GetProperty("data").EnumerateArray());
        Assert.Equal(("embedding", 0), (item.GetProperty("object").GetString(), item.GetProperty("index").GetInt32()));
        Assert.Equal(TestEncoder.Width, item.GetProperty("embedding").GetArrayLength());
        Assert.Equal((11, 11), (answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
    }

    [Fact]
    public async Task Many_texts_at_once_have_the_bits_of_each_alone_in_the_order_given()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => new string((char)('a' + (i % 26)), 1 + (i * 11 % 100)) + i)];

        float[][] together = await VectorsAsync(new { model = TestEncoder.Name, input = texts, encoding_format = "base64" });

        Assert.Equal(texts.Length, together.Length);
        for (int i = 0; i < texts.Length; i += 7)
            Assert.Equal((await VectorsAsync(new { model = TestEncoder.Name, input = texts[i], encoding_format = "base64" }))[0], together[i]);
    }

    [Fact]
    public async Task Text_and_its_tokens_and_both_encodings_give_the_same_vector()
    {
        int[] tokens = [.. "same".Select(letter => (int)letter)];

        float[][] vectors =
        [
            .. await VectorsAsync(new { model = TestEncoder.Name, input = "same" }),
            .. await VectorsAsync(new { model = TestEncoder.Name, input = tokens, encoding_format = "float" }),
            .. await VectorsAsync(new { model = TestEncoder.Name, input = new[] { tokens, tokens }, encoding_format = "base64" }),
        ];

        Assert.Equal(4, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(vectors[0], vector));
    }

    [Fact]
    public async Task Fewer_dimensions_are_cut_and_of_length_one()
    {
        float[] whole = (await VectorsAsync(new { model = TestEncoder.Name, input = "a text" }))[0];
        float[] cut = (await VectorsAsync(new { model = TestEncoder.Name, input = "a text", dimensions = 10 }))[0];

        Assert.Equal(10, cut.Length);
        Assert.Equal(1, cut.Sum(value => value * value), 1e-5f);
        Assert.Equal(whole[0] / whole[9], cut[0] / cut[9], 1e-4f);
    }

    [Theory]
    [InlineData("""{"input": "a"}""", 400, "missing_required_parameter", "model")]
    [InlineData("""{"model": "test-encoder"}""", 400, "missing_required_parameter", "input")]
    [InlineData("""{"model": "test-encoder", "input": null}""", 400, "missing_required_parameter", "input")]
    [InlineData("""{"model": "test-encoder", "input": ""}""", 400, "invalid_value", "input")]
    [InlineData("""{"model": "test-encoder", "input": []}""", 400, "invalid_value", "input")]
    [InlineData("""{"model": "test-encoder", "input": ["a", ""]}""", 400, "invalid_value", "input[1]")]
    [InlineData("""{"model": "test-encoder", "input": [[1], []]}""", 400, "invalid_value", "input[1]")]
    [InlineData("""{"model": "test-encoder", "input": ["a", 1]}""", 400, "invalid_value", "input")]
    [InlineData("""{"model": "test-encoder", "input": {"a": 1}}""", 400, "invalid_value", "input")]
    [InlineData("""{"model": "test-encoder", "input": [1, 300]}""", 400, "invalid_value", "input")]
    [InlineData("""{"model": "test-encoder", "input": [[1], [-1]]}""", 400, "invalid_value", "input[1]")]
    [InlineData("""{"model": "test-encoder", "input": "a", "encoding_format": "hex"}""", 400, "invalid_value", "encoding_format")]
    [InlineData("""{"model": "test-encoder", "input": "a", "dimensions": 0}""", 400, "invalid_value", "dimensions")]
    [InlineData("""{"model": "test-encoder", "input": "a", "dimensions": 65}""", 400, "invalid_value", "dimensions")]
    [InlineData("""{"model": "test-encoder", "input": "a", "dimensions": "4"}""", 400, "invalid_value", "dimensions")]
    [InlineData("""{"model": "test-encoder", "input": "a", "user": 5}""", 400, "invalid_value", "user")]
    [InlineData("""{"model": "test-encoder", "input": "a", "truncate": true}""", 400, "unknown_parameter", "truncate")]
    [InlineData("""{"model": "ingot-tiny-chat", "input": "a"}""", 400, "unsupported_value", "model")]
    [InlineData("""{"model": "no-such-model", "input": "a"}""", 404, "model_not_found", "model")]
    public async Task A_wrong_request_is_refused_by_the_field(string json, int status, string code, string param)
    {
        JsonElement error = await ErrorAsync(Route, json, status);

        Assert.Equal((code, param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task A_text_beyond_the_context_and_one_too_many_texts_are_refused_and_never_cut()
    {
        string longest = new('x', TestEncoder.ContextLength);
        Assert.Single(await VectorsAsync(new { model = TestEncoder.Name, input = longest }));

        JsonElement error = await ErrorAsync(Route, JsonSerializer.Serialize(new { model = TestEncoder.Name, input = longest + "x" }), 400);
        Assert.Equal(("context_length_exceeded", "input"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));

        error = await ErrorAsync(Route, JsonSerializer.Serialize(new { model = TestEncoder.Name, input = Enumerable.Repeat("x", 2049) }), 400);
        Assert.Equal("input", error.GetProperty("param").GetString());
        Assert.Equal(2048, (await VectorsAsync(new { model = TestEncoder.Name, input = Enumerable.Repeat("x", 2048), dimensions = 1 })).Length);
    }

    [Fact]
    public async Task An_embedder_is_refused_where_text_is_generated()
    {
        foreach ((string route, string body) in ((string, string)[])[
            ("/v1/chat/completions", """{"model": "test-encoder", "messages": [{"role": "user", "content": "Hi"}]}"""),
            ("/v1/completions", """{"model": "test-encoder", "prompt": "Hi"}""")])
        {
            JsonElement error = await ErrorAsync(route, body, 400);
            Assert.Equal(("unsupported_value", "model"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        }
    }

    [Fact]
    public async Task The_list_of_models_tells_what_the_model_is_for()
    {
        JsonElement model = await server.GetJsonAsync($"/openai/v1/models/{TestEncoder.Name}");

        Assert.Equal("embeddings", Assert.Single(model.GetProperty("capabilities").EnumerateArray()).GetString());
        Assert.Equal(TestEncoder.ContextLength, model.GetProperty("context_length").GetInt32());
        Assert.False(model.TryGetProperty("max_output_tokens", out _));
    }

    private async Task<float[][]> VectorsAsync(object body)
    {
        JsonElement answer = await server.PostJsonAsync(Route, body);
        Assert.Equal(Enumerable.Range(0, answer.GetProperty("data").GetArrayLength()), answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        return [.. answer.GetProperty("data").EnumerateArray().Select(item => Numbers(item.GetProperty("embedding")))];
    }

    private static float[] Numbers(JsonElement vector)
    {
        if (vector.ValueKind == JsonValueKind.Array)
            return [.. vector.EnumerateArray().Select(number => number.GetSingle())];
        byte[] bytes = vector.GetBytesFromBase64();
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, i * 4))];
    }

    private async Task<JsonElement> ErrorAsync(string route, string json, int status)
    {
        using HttpResponseMessage response = await server.PostAsync(route, json);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True((HttpStatusCode)status == response.StatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("error");
    }
}

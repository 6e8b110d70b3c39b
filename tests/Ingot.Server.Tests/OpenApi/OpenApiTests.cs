using System.Text.Json;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>What the service says of itself is what it does.</summary>
public sealed class OpenApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Chat = """ "model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4 """;

    private const string Tools = """
        "model": "ingot-tiny-chat", "temperature": 0, "messages": [{"role": "user", "content": "What is the weather in Paris?"}],
        "tools": [{"type": "function", "function": {"name": "get_weather", "description": "Gets the weather of a city.",
          "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]
        """;

    private const string ResponseTools = """
        {"model": "ingot-tiny-chat", "temperature": 0, "input": "What is the weather in Paris?",
         "tools": [{"type": "function", "name": "get_weather", "description": "Gets the weather of a city.",
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}]}
        """;

    public static TheoryData<string, string?> Requests => new()
    {
        { "/health", null },
        { "/ready", null },
        { "/openai/replicas", null },
        { "/openai/status", null },
        { "/status", null },
        { "/foundry/list", null },
        { "/openai/models", null },
        { "/openai/loadedmodels", null },
        { "/models/load/ingot-tiny-chat", null },
        { "/models/unload/ingot-tiny-chat", null },
        { "/openai/load/no-such-model", null },
        { "/foundry/ps", null },
        { "/openai/getgpudevice", null },
        { "/openai/download", """{"model": {"Name": "no-such-model", "Uri": "azureml://x", "Path": "a", "ProviderType": "Local", "PromptTemplate": {}, "Publisher": "p"}, "token": "t", "bufferSize": 1, "progressToken": {}}""" },
        { "/openapi/v1.json", null },
        { "/v1/models", null },
        { "/v1/models/ingot-tiny-chat", null },
        { "/openai/v1/models/no-such-model", null },
        { "/v1/chat/completions", $$"""{ {{Chat}} }""" },
        { "/v1/chat/completions", $$"""{ {{Chat}}, "n": 2, "logprobs": true, "top_logprobs": 2, "stop": ["x"], "seed": 1, "logit_bias": {"5": 1}, "service_tier": "auto" }""" },
        { "/v1/chat/completions", $$"""{ {{Tools}} }""" },
        { "/openai/v1/chat/completions", $$"""{ {{Chat}}, "stream": true, "stream_options": {"include_usage": true} }""" },
        { "/v1/chat/completions", $$"""{ {{Chat}}, "stream": true, "logprobs": true, "top_logprobs": 1, "n": 2 }""" },
        { "/v1/chat/completions", $$"""{ {{Tools}}, "stream": true }""" },
        { "/v1/chat/completions", """{"model": "ingot-tiny-chat"}""" },
        { "/v1/responses", """{"model": "ingot-tiny-chat", "input": "Hi", "max_output_tokens": 4}""" },
        { "/v1/responses", """{"model": "ingot-tiny-chat", "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}], "max_output_tokens": 4, "include": ["message.output_text.logprobs"], "top_logprobs": 1}""" },
        { "/openai/v1/responses", """{"model": "ingot-tiny-chat", "input": "Hi", "max_output_tokens": 4, "stream": true, "top_logprobs": 1}""" },
        { "/v1/responses", ResponseTools },
        { "/v1/responses", ResponseTools.Replace("\"temperature\"", "\"stream\": true, \"temperature\"", StringComparison.Ordinal) },
        { "/v1/responses", """{"model": "ingot-tiny-chat", "input": [{"type": "web_search_call"}]}""" },
        { "/v1/responses/input_tokens", """{"model": "ingot-tiny-chat", "input": "Hi"}""" },
        { "/v1/chat/completions/tokenizer/encode/count", $$"""{ {{Tools}} }""" },
        { "/v1/completions", """{"model": "ingot-tiny-chat", "prompt": "Once", "logprobs": 2, "n": 2}""" },
        { "/v1/completions", """{"model": "ingot-tiny-chat", "prompt": [[1, 2], [3]], "echo": true, "stop": "x"}""" },
        { "/v1/completions", """{"model": "ingot-tiny-chat", "prompt": "Once upon", "echo": true, "logprobs": 1, "max_tokens": 0}""" },
        { "/openai/v1/completions", """{"model": "ingot-tiny-chat", "prompt": ["a", "b"], "logprobs": 0, "stream": true, "stream_options": {"include_usage": true}}""" },
        { "/v1/completions", """{"model": "ingot-tiny-chat", "prompt": "a", "suffix": "b"}""" },
        { "/v1/embeddings", """{"model": "test-encoder", "input": "a"}""" },
        { "/openai/v1/embeddings", """{"model": "test-encoder", "input": [[1, 2], [3]], "encoding_format": "base64", "dimensions": 4, "user": "u"}""" },
        { "/v1/embeddings", """{"model": "test-encoder", "input": []}""" },
        { "/v1/tokenize", """{"model": "ingot-tiny-chat", "input": "Hello", "add_special_tokens": false}""" },
        { "/v1/tokenize", """{"model": "ingot-tiny-chat"}""" },
        { "/openai/v1/detokenize", """{"model": "ingot-tiny-chat", "tokens": [1, 2], "skip_special_tokens": true}""" },
        { "/v1/detokenize", """{"model": "ingot-tiny-chat", "tokens": [-1]}""" },
        { "/shutdown", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Requests_answers_and_events_fit_the_document(string path, string? body)
    {
        JsonElement document = await server.GetJsonAsync("/openapi/v1.json");
        var validator = new SchemaValidator(document);
        JsonElement operation = Operation(document, path, body is null ? "get" : "post");

        using HttpResponseMessage response = body is null ? await server.Client.GetAsync(server.Url + path) : await server.PostAsync(path, body);

        if (body is { Length: > 0 })
        {
            JsonElement schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            bool lacksMessages = path.EndsWith("chat/completions", StringComparison.Ordinal) && !body.Contains("messages", StringComparison.Ordinal);
            bool hasNoInput = body.Contains("\"input\": []", StringComparison.Ordinal);
            bool isForeign = body.Contains("web_search_call", StringComparison.Ordinal);
            Assert.Equal(lacksMessages || hasNoInput || isForeign, validator.Validate(schema, JsonDocument.Parse(body).RootElement) is not []);
        }

        string mediaType = response.Content.Headers.ContentType!.MediaType!;
        JsonElement answer = operation.GetProperty("responses").GetProperty(response.IsSuccessStatusCode ? "200" : "default")
            .GetProperty("content").GetProperty(mediaType).GetProperty("schema");
        foreach (JsonElement value in Values(mediaType, await response.Content.ReadAsStringAsync()))
            Assert.Empty(validator.Validate(answer, value));
    }

    [Fact]
    public async Task Every_field_is_explained_and_every_reference_leads_somewhere()
    {
        JsonElement document = await server.GetJsonAsync("/openapi/v1.json");
        var validator = new SchemaValidator(document);

        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.All(schemas.EnumerateObject(), schema =>
        {
            Assert.NotEqual("", schema.Value.GetProperty("description").GetString());
            Assert.All(schema.Value.GetProperty("properties").EnumerateObject(), field => Assert.NotEqual("", field.Value.GetProperty("description").GetString()));
        });
        foreach (JsonElement reference in Everything(document).Where(element => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out _)))
            Assert.Equal("object", validator.Resolve(reference).GetProperty("type").GetString());
        string[] names = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("operationId").GetString()!)];
        Assert.Equal(names, names.Distinct());
    }

    [Fact]
    public async Task Both_prefixes_are_the_same_api()
    {
        JsonElement paths = (await server.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");

        string[] own = [.. paths.EnumerateObject().Select(path => path.Name).Where(path => path.StartsWith("/v1/", StringComparison.Ordinal)).Order()];
        string[] other = [.. paths.EnumerateObject().Select(path => path.Name).Where(path => path.StartsWith("/openai/v1/", StringComparison.Ordinal)).Order()];
        Assert.Contains("/v1/completions", own);
        Assert.Equal(own, other.Select(path => path["/openai".Length..]));
    }

    private static JsonElement Operation(JsonElement document, string path, string method)
    {
        JsonElement paths = document.GetProperty("paths");
        string folder = path[..(path.LastIndexOf('/') + 1)];
        JsonElement methods = paths.TryGetProperty(path, out JsonElement exact)
            ? exact
            : paths.EnumerateObject().Single(known => known.Name.StartsWith(folder + "{", StringComparison.Ordinal)).Value;
        return methods.GetProperty(method);
    }

    private static IEnumerable<JsonElement> Values(string mediaType, string text) => mediaType == "text/event-stream"
        ? text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement)
        : [JsonDocument.Parse(text).RootElement];

    private static IEnumerable<JsonElement> Everything(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => Everything(field.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Everything),
        _ => [element],
    };
}

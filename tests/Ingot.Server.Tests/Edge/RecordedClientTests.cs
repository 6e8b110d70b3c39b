using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Server.Tests.OpenApi;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>
/// Requests as OpenAI's clients for Python, Go and Java send them, with all their headers, one file each in <c>Golden/Clients</c>. An answer must
/// fit the OpenAPI document and have the fields that the client reads: <c>&lt;string&gt;</c> and the like stand for any value of the kind.
/// </summary>
public sealed class RecordedClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    private static string Folder => RepositoryFiles.PathOf("tests", "Ingot.Server.Tests", "Golden", "Clients");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_recorded_request_gets_what_its_client_reads(string name)
    {
        JsonNode file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, name + ".json")))!;
        JsonNode request = file["request"]!;
        JsonNode wanted = file["answer"]!;

        using HttpResponseMessage response = await SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();

        Assert.True(wanted["status"]!.GetValue<int>() == (int)response.StatusCode, text);
        Assert.True(response.Headers.Contains("x-request-id"));
        JsonNode[] values = response.Content.Headers.ContentType!.MediaType == "text/event-stream" ? Events(text) : [JsonNode.Parse(text)!];
        await AssertFitsDocumentAsync(request, response, values);
        Assert.Equal(wanted["done"] is not null, text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
        AssertHas(wanted["body"] ?? wanted["first"]!, values[0], "$");
        if (wanted["last"] is { } last)
            AssertHas(last, values[^1], "$");
    }

    [Fact]
    public void Every_client_is_recorded_with_what_it_is_used_for()
    {
        string[] names = [.. Files.Select(row => row.Data)];

        foreach (string client in new[] { "python", "go", "java" })
            Assert.All(["chat", "chat-stream", "tools", "embeddings", "responses", "responses-stream"], use => Assert.Contains($"{client}-{use}", names));
    }

    private static JsonNode[] Events(string text) =>
    [
        .. text.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line["data: ".Length..])!),
    ];

    private static void AssertHas(JsonNode? wanted, JsonNode? seen, string path)
    {
        switch (wanted)
        {
            case JsonObject fields:
                Assert.True(seen is JsonObject, $"{path} is {seen?.ToJsonString() ?? "null"}");
                foreach ((string name, JsonNode? value) in fields)
                {
                    Assert.True(seen!.AsObject().ContainsKey(name), $"{path} lacks {name}: {seen.ToJsonString()}");
                    AssertHas(value, seen![name], $"{path}.{name}");
                }

                break;
            case JsonArray items:
                Assert.True(seen is JsonArray list && list.Count >= items.Count && (items.Count > 0 || list.Count == 0), $"{path} is {seen?.ToJsonString() ?? "null"}");
                for (int i = 0; i < items.Count; i++)
                    AssertHas(items[i], seen![i], $"{path}[{i}]");
                break;
            case JsonValue word when word.TryGetValue(out string? kind) && kind.StartsWith('<'):
                Assert.True(IsOfKind(kind, seen), $"{path} is no {kind}: {seen?.ToJsonString() ?? "null"}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(wanted, seen), $"{path} is {seen?.ToJsonString() ?? "null"}, not {wanted?.ToJsonString() ?? "null"}");
                break;
        }
    }

    private static bool IsOfKind(string kind, JsonNode? value) => kind switch
    {
        "<string>" => value is JsonValue text && text.TryGetValue(out string? word) && word.Length > 0,
        "<number>" => value?.GetValueKind() == JsonValueKind.Number,
        "<numbers>" => value is JsonArray { Count: > 0 } list && list.All(item => item?.GetValueKind() == JsonValueKind.Number),
        "<base64>" => value is JsonValue text && text.TryGetValue(out string? word) && Convert.FromBase64String(word) is { Length: > 0 } bytes && bytes.Length % 4 == 0,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no kind"),
    };

    private async Task<HttpResponseMessage> SendAsync(JsonNode request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Parse(request["method"]!.GetValue<string>()), server.Url + request["path"]!.GetValue<string>());
        if (request["body"] is { } body)
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        foreach ((string name, JsonNode? value) in request["headers"]!.AsObject())
        {
            bool isTaken = name == "Content-Type"
                ? message.Content!.Headers.TryAddWithoutValidation(name, value!.GetValue<string>())
                : message.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
            Assert.True(isTaken, name);
        }

        return await server.Client.SendAsync(message);
    }

    private async Task AssertFitsDocumentAsync(JsonNode request, HttpResponseMessage response, JsonNode[] values)
    {
        JsonElement document = await server.GetJsonAsync("/openapi/v1.json");
        var validator = new SchemaValidator(document);
        string path = request["path"]!.GetValue<string>().Split('?')[0];
        string folder = path[..(path.LastIndexOf('/') + 1)];
        JsonElement paths = document.GetProperty("paths");
        JsonElement methods = paths.TryGetProperty(path, out JsonElement exact)
            ? exact
            : paths.EnumerateObject().Single(known => known.Name.StartsWith(folder + "{", StringComparison.Ordinal) && known.Name.EndsWith('}')).Value;
        JsonElement operation = methods.GetProperty(request["method"]!.GetValue<string>().ToLowerInvariant());
        if (request["body"] is { } body && response.IsSuccessStatusCode)
        {
            JsonElement schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Empty(validator.Validate(schema, JsonDocument.Parse(body.ToJsonString()).RootElement));
        }

        JsonElement answer = operation.GetProperty("responses").GetProperty(response.IsSuccessStatusCode ? "200" : "default")
            .GetProperty("content").GetProperty(response.Content.Headers.ContentType!.MediaType!).GetProperty("schema");
        foreach (JsonNode value in values)
            Assert.Empty(validator.Validate(answer, JsonDocument.Parse(value.ToJsonString()).RootElement));
    }
}

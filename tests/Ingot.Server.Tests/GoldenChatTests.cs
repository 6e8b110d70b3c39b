using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>
/// Requests and the answers they must get, to the letter: one file for every status and error in <c>Golden/Chat</c>. After a wanted
/// change run these tests with <c>INGOT_RECORD=1</c>, which writes the answers anew, and read the difference.
/// </summary>
public sealed partial class GoldenChatTests(GoldenChatServices services) : IClassFixture<GoldenChatServices>
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Headers = ["content-type", "cache-control", "retry-after", "allow"];

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    private static string Folder => RepositoryFiles.PathOf("tests", "Ingot.Server.Tests", "Golden", "Chat");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_answer_is_the_recorded_one(string name)
    {
        string path = Path.Combine(Folder, name + ".json");
        JsonNode recorded = JsonNode.Parse(await File.ReadAllTextAsync(path))!;

        JsonNode seen = await AskAsync(await services.GetAsync(recorded["service"]!.GetValue<string>()), recorded["request"]!);

        if (Environment.GetEnvironmentVariable("INGOT_RECORD") == "1")
        {
            recorded["response"] = seen;
            await File.WriteAllTextAsync(path, recorded.ToJsonString(Written) + "\n");
            return;
        }

        Assert.Equal(recorded["response"]?.ToJsonString(Written), seen.ToJsonString(Written));
    }

    [Fact]
    public void Every_status_the_service_has_is_recorded()
    {
        int[] statuses = [.. Files.Select(row => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, row.Data + ".json")))!["response"]!["status"]!.GetValue<int>()).Distinct().Order()];

        Assert.Equal([200, 400, 403, 404, 405, 413, 415, 422, 429, 500, 503], statuses);
    }

    private static async Task<JsonNode> AskAsync(TestService service, JsonNode request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request["method"]!.GetValue<string>()), service.Url + request["path"]!.GetValue<string>());
        if (request["host"] is { } host)
            message.Headers.Host = host.GetValue<string>();
        if (BodyOf(request) is { } body)
            message.Content = new StringContent(body, Encoding.UTF8, request["type"]?.GetValue<string>() ?? "application/json");
        using HttpResponseMessage response = await service.Client.SendAsync(message);
        var seen = new JsonObject { ["status"] = (int)response.StatusCode, ["headers"] = HeadersOf(response) };
        string text = Varying().Replace(await response.Content.ReadAsStringAsync(), match => match.Value[..(match.Value.IndexOfAny(['-', '_']) + 1)] + "…");
        text = CachedTokens().Replace(text, "\"cached_tokens\":0");
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            seen["events"] = new JsonArray([.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(ToNode).OrderBy(ChoiceOf)]);
        else
            seen["body"] = JsonNode.Parse(text);
        return seen;
    }

    private static string? BodyOf(JsonNode request) =>
        request["body"]?.ToJsonString() ?? request["text"]?.GetValue<string>() ?? (request["length"] is { } length ? $"\"{new string('x', length.GetValue<int>())}\"" : null);

    private static JsonObject HeadersOf(HttpResponseMessage response)
    {
        var seen = new JsonObject();
        foreach (string name in Headers)
        {
            if (response.Headers.TryGetValues(name, out IEnumerable<string>? values) || response.Content.Headers.TryGetValues(name, out values))
                seen[name] = string.Join(", ", values);
        }

        return seen;
    }

    // An event's JSON is easier to read as such than within a string.
    private static JsonNode? ToNode(string frame)
    {
        string[] lines = frame.Split('\n');
        if (!lines[^1].StartsWith("data: {", StringComparison.Ordinal))
            return frame;
        JsonNode data = JsonNode.Parse(lines[^1]["data: ".Length..])!;
        return lines.Length == 1 ? new JsonObject { ["data"] = data } : new JsonObject { ["event"] = lines[0]["event: ".Length..], ["data"] = data };
    }

    // Several answers come side by side, in an order of their own: each by itself is the same every time.
    private static int ChoiceOf(JsonNode? frame) =>
        frame is JsonObject told && told["data"]?["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["index"]!.GetValue<int>() : int.MaxValue;

    // How much of a prompt is found in the cache is a matter of what was asked before.
    [GeneratedRegex("\"cached_tokens\":[0-9]+")]
    private static partial Regex CachedTokens();

    [GeneratedRegex("chatcmpl-[0-9a-f]{32}|fp_[0-9a-f]{10}|call_[A-Za-z0-9]{9}")]
    private static partial Regex Varying();
}

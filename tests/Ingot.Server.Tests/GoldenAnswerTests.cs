using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Testing;

namespace Ingot.Server.Tests;

/// <summary>
/// Requests and the exact answers they must get, kept in <c>Golden/</c>. Where an answer changes on purpose, run these tests
/// with <c>INGOT_RECORD=1</c> and read the difference before it is committed.
/// </summary>
public sealed class GoldenAnswerTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    private static readonly bool Records = Environment.GetEnvironmentVariable("INGOT_RECORD") == "1";

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(RepositoryFiles.PathOf("tests", "Ingot.Server.Tests", "Golden"), "*.json").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_answer_is_the_one_on_file(string file)
    {
        string path = RepositoryFiles.PathOf("tests", "Ingot.Server.Tests", "Golden", file);
        JsonArray cases = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsArray();
        foreach (JsonObject entry in cases.Select(item => item!.AsObject()))
        {
            JsonObject actual = await AskAsync(entry);
            if (!Records)
                Assert.True(JsonNode.DeepEquals(entry, actual), $"{file} expects {entry.ToJsonString(Layout)} and got {actual.ToJsonString(Layout)}");
            foreach ((string name, JsonNode? value) in actual)
                entry[name] = value?.DeepClone();
        }

        if (Records)
            await File.WriteAllTextAsync(path, cases.ToJsonString(Layout) + "\n");
    }

    /// <summary>The same request with the answer it gets now. A body that is text is sent as it is, so that it need not be JSON.</summary>
    private async Task<JsonObject> AskAsync(JsonObject entry)
    {
        string[] request = entry["request"]!.GetValue<string>().Split(' ');
        using var message = new HttpRequestMessage(HttpMethod.Parse(request[0]), server.Url + request[1]);
        if (entry["body"] is { } body)
        {
            string text = body.GetValueKind() == JsonValueKind.String ? body.GetValue<string>() : body.ToJsonString();
            message.Content = new StringContent(text, System.Text.Encoding.UTF8, entry["type"]?.GetValue<string>() ?? "application/json");
        }

        using HttpResponseMessage response = await server.Client.SendAsync(message);
        var actual = entry.DeepClone().AsObject();
        actual["status"] = (int)response.StatusCode;
        actual["answer"] = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        return actual;
    }
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ingot.Server.Tests.OpenApi;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Responses;

/// <summary>
/// Whole streams of events, kept in <c>Golden/Responses</c>: they come as recorded, fit the OpenAPI document, keep to the grammar of events, and are
/// told again the same. After a wanted change run these tests with <c>INGOT_RECORD=1</c>, and read the difference.
/// </summary>
public sealed partial class RecordedEventTests
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    private static string Folder => RepositoryFiles.PathOf("tests", "Ingot.Server.Tests", "Golden", "Responses");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_events_are_the_recorded_ones_and_fit_the_document(string name)
    {
        string path = Path.Combine(Folder, name + ".json");
        JsonNode file = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        await using TestService service = await StartAsync(file);

        List<JsonElement> events = await service.StreamAsync(file["request"]!.ToJsonString());

        EventGrammar.Check(events);
        await AssertFitsAsync(service, events);
        if (events[0].GetProperty("response").GetProperty("store").GetBoolean())
            await AssertToldAgainAsync(service, events);
        JsonArray seen = JsonNode.Parse(Varying().Replace(JsonSerializer.Serialize(events, Written), match => $"{match.Groups[1].Value}_…"))!.AsArray();
        if (Environment.GetEnvironmentVariable("INGOT_RECORD") == "1")
        {
            file["events"] = seen;
            await File.WriteAllTextAsync(path, file.ToJsonString(Written) + "\n");
            return;
        }

        Assert.Equal(file["events"]!.ToJsonString(Written), seen.ToJsonString(Written));
    }

    private static async Task<TestService> StartAsync(JsonNode file)
    {
        if (file["fails"]?.GetValue<int>() is not { } failing)
            return await TestService.AnsweringAsync(_ => file["says"]!.GetValue<string>(), TinyModel.Template + "{# <think> #}");
        int steps = 0;
        return await TestService.StartAsync(model => model.Load(new FakeRunner
        {
            VocabularySize = 260,
            Next = _ => 'a',
            OnStep = _ =>
            {
                if (++steps == failing)
                    throw new InvalidOperationException("a secret of the engine");
            },
        }));
    }

    private static async Task AssertFitsAsync(TestService service, List<JsonElement> events)
    {
        JsonElement document = JsonDocument.Parse(await service.Client.GetStringAsync($"{service.Url}/openapi/v1.json")).RootElement;
        var validator = new SchemaValidator(document);
        JsonElement schema = document.GetProperty("paths").GetProperty("/v1/responses").GetProperty("post").GetProperty("responses").GetProperty("200")
            .GetProperty("content").GetProperty("text/event-stream").GetProperty("schema");
        Assert.All(events, told => Assert.Empty(validator.Validate(schema, told)));
    }

    /// <summary>From every place on: what follows is told as it was the first time.</summary>
    private static async Task AssertToldAgainAsync(TestService service, List<JsonElement> events)
    {
        string id = events[0].GetProperty("response").GetProperty("id").GetString()!;
        for (int after = -1; after < events.Count - 1; after += 1 + (events.Count / 6))
        {
            string query = after < 0 ? "" : $"&starting_after={after}";
            using HttpResponseMessage response = await service.Client.GetAsync($"{service.Url}/v1/responses/{id}?stream=true{query}");
            List<JsonElement> again = ResponseEvents.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(events.Skip(after + 1).Select(told => told.GetRawText()), again.Select(told => told.GetRawText()));
        }
    }

    [GeneratedRegex("\\b(resp|msg|rs|fc|call)_[0-9A-Za-z]{9,}")]
    private static partial Regex Varying();
}

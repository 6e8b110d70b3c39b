using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ingot.Server.Tests.OpenApi;

/// <summary>The bounds that the document states are the ones that hold.</summary>
public sealed class BoundTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/v1/chat/completions", 45)]
    [InlineData("/v1/chat/completions/tokenizer/encode/count", 45)]
    [InlineData("/v1/completions", 20)]
    [InlineData("/v1/responses", 45)]
    [InlineData("/v1/conversations", 10)]
    [InlineData("/v1/embeddings", 6)]
    [InlineData("/v1/tokenize", 1)]
    [InlineData("/v1/detokenize", 1)]
    public async Task A_value_just_beyond_a_stated_bound_is_refused_by_its_name_and_one_just_within_is_not(string path, int leastBounds)
    {
        JsonElement document = await server.GetJsonAsync("/openapi/v1.json");
        JsonElement schema = document.GetProperty("paths").GetProperty(path).GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var validator = new SchemaValidator(document);
        List<StatedBound> bounds = new StatedBounds(document).Find(schema);

        Assert.InRange(bounds.Count, leastBounds, 200);
        foreach (StatedBound bound in bounds)
        {
            (int status, string? param, string text) = await AskAsync(path, bound.Broken.ToJsonString());
            Assert.True(status == 400 && Means(bound.Path, param), $"{bound.Path}, {bound.Word}: {status} {text}");
            Assert.Single(MistakesBeyondAbsentFields(validator, schema, bound.Broken.ToJsonString()));

            (status, param, text) = await AskAsync(path, bound.Kept.ToJsonString());
            Assert.False(Means(bound.Path, param) && text.Contains("Invalid value", StringComparison.Ordinal) && !text.Contains("token id", StringComparison.Ordinal), $"{bound.Path}, {bound.Word}: {status} {text}");
            Assert.Empty(MistakesBeyondAbsentFields(validator, schema, bound.Kept.ToJsonString()));
        }
    }

    [Fact]
    public async Task The_document_states_the_limits_of_this_service()
    {
        JsonElement document = await server.GetJsonAsync("/openapi/v1.json");
        JsonElement schema = document.GetProperty("components").GetProperty("schemas").GetProperty("ChatCompletionRequest");
        List<StatedBound> bounds = new StatedBounds(document).Find(schema);
        JsonNode Edge(string path, string word) => bounds.Single(bound => bound.Path == path && bound.Word == word).Kept[path]!;

        Assert.Equal(server.Services.Options.MaxChoices, Edge("n", "maximum").GetValue<int>());
        Assert.Equal(server.Services.Options.MaxMessages, Edge("messages", "maxItems").AsArray().Count);
        Assert.Equal(server.Services.Options.MaxStops, Edge("stop", "maxItems").AsArray().Count);
        Assert.Equal(2, Edge("temperature", "maximum").GetValue<int>());
    }

    // A list's or map's fault may be told of the entry or of the whole.
    private static bool Means(string path, string? param) =>
        param is not null && (param == path || path.StartsWith($"{param}[", StringComparison.Ordinal) || path.StartsWith($"{param}.", StringComparison.Ordinal));

    private static IEnumerable<string> MistakesBeyondAbsentFields(SchemaValidator validator, JsonElement schema, string body) =>
        validator.Validate(schema, JsonDocument.Parse(body).RootElement).Where(mistake => !mistake.Contains(" lacks ", StringComparison.Ordinal));

    private async Task<(int Status, string? Param, string Text)> AskAsync(string path, string body)
    {
        using HttpResponseMessage response = await server.PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        string? param = JsonDocument.Parse(text).RootElement.TryGetProperty("error", out JsonElement error) ? error.GetProperty("param").GetString() : null;
        return ((int)response.StatusCode, param, text);
    }
}

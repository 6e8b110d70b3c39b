using System.Text;
using System.Text.Json;

namespace Ingot.Server.Tests.Responses;

/// <summary>Asks for responses and reads what comes.</summary>
internal static class ResponseEvents
{
    /// <summary>A request for a response of the test's model, with these further fields.</summary>
    public static string Request(string fields = "", string input = "Hi") =>
        $$"""{"model": "tiny", "input": {{JsonSerializer.Serialize(input)}}{{(fields.Length > 0 ? ", " : "")}}{{fields}}}""";

    /// <summary>Posts JSON to a path, and gives status and body.</summary>
    public static async Task<(int Status, JsonElement Body)> PostAsync(this TestService service, string path, string json)
    {
        using HttpResponseMessage response = await service.Client.PostAsync(service.Url + path, new StringContent(json, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Sends a request without a body, and gives status and body.</summary>
    public static async Task<(int Status, JsonElement Body)> SendAsync(this TestService service, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, service.Url + path);
        using HttpResponseMessage response = await service.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Makes a response, which must succeed.</summary>
    public static async Task<JsonElement> RespondAsync(this TestService service, string json)
    {
        (int status, JsonElement body) = await service.PostAsync("/v1/responses", json);
        Assert.True(status == 200, body.ToString());
        return body;
    }

    /// <summary>Reads a stream of events, each of which must carry its own type as its name, and which must end as streams end.</summary>
    public static List<JsonElement> Parse(string stream)
    {
        string[] blocks = [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => !block.StartsWith(':'))];
        Assert.Equal("data: [DONE]", blocks[^1]);
        return [.. blocks[..^1].Select(block =>
        {
            string[] lines = block.Split('\n');
            JsonElement told = JsonDocument.Parse(lines[1]["data: ".Length..], new JsonDocumentOptions { MaxDepth = 128 }).RootElement;
            Assert.Equal($"event: {told.GetProperty("type").GetString()}", lines[0]);
            return told;
        })];
    }

    /// <summary>Makes a response and gives its events.</summary>
    public static async Task<List<JsonElement>> StreamAsync(this TestService service, string json)
    {
        using HttpResponseMessage response = await service.Client.PostAsync($"{service.Url}/v1/responses", new StringContent(json, Encoding.UTF8, "application/json"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.Content.Headers.ContentType?.MediaType == "text/event-stream", text);
        return Parse(text);
    }

    /// <summary>The types of events, without their common beginning.</summary>
    public static IEnumerable<string> Types(this IEnumerable<JsonElement> events) => events.Select(told => told.GetProperty("type").GetString()!["response.".Length..]);

    /// <summary>The text of a response's messages.</summary>
    public static string TextOf(JsonElement response) => string.Concat(response.GetProperty("output").EnumerateArray()
        .Where(item => item.GetProperty("type").GetString() == "message")
        .SelectMany(item => item.GetProperty("content").EnumerateArray())
        .Select(part => part.GetProperty("text").GetString()));
}

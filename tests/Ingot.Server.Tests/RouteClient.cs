using System.Text;
using System.Text.Json;

namespace Ingot.Server.Tests;

/// <summary>Asks a running service and reads what it says.</summary>
public static class RouteClient
{
    /// <summary>Gets a path, which must succeed.</summary>
    public static async Task<JsonElement> GetJsonAsync(this RunningServer server, string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(server.Url + path);
        return await ReadAsync(response);
    }

    /// <summary>Posts a body, which must succeed.</summary>
    public static async Task<JsonElement> PostJsonAsync(this RunningServer server, string path, object body)
    {
        using HttpResponseMessage response = await server.PostAsync(path, body);
        return await ReadAsync(response);
    }

    /// <summary>Posts a body; text goes as it is, anything else as JSON.</summary>
    public static Task<HttpResponseMessage> PostAsync(this RunningServer server, string path, object body) =>
        server.Client.PostAsync(
            server.Url + path, new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"));

    /// <summary>Posts a body and reads the events of the answer, which must end as streams end.</summary>
    public static async Task<List<JsonElement>> PostStreamAsync(this RunningServer server, string path, object body)
    {
        using HttpResponseMessage response = await server.PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.Content.Headers.ContentType?.MediaType == "text/event-stream", text);
        string[] events = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith(':'))];
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement)];
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

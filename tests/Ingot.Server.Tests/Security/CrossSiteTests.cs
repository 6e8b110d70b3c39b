using System.Text.Json;

namespace Ingot.Server.Tests.Security;

/// <summary>Pages of other sites cannot change what the service does.</summary>
public sealed class CrossSiteTests(RunningServer server) : IClassFixture<RunningServer>
{
    public static TheoryData<string> StateChangingPaths =>
        ["/openai/load/no-such", "/openai/unload/no-such", "/openai/unloadall", "/models/load/no-such", "/models/unload/no-such", "/openai/setgpudevice/1"];

    [Theory]
    [MemberData(nameof(StateChangingPaths))]
    public async Task A_browser_that_asks_for_another_sites_page_is_refused(string path)
    {
        (string Name, string Value)[] foreign =
        [
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://example.com"), ("Origin", "null"),
            ("Origin", "http://localhost:1"), ("Host", "example.com"),
        ];
        foreach ((string name, string value) in foreign)
        {
            using HttpResponseMessage response = await AskAsync(path, name, value);
            JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");

            Assert.Equal((403, "forbidden"), ((int)response.StatusCode, error.GetProperty("code").GetString()));
        }
    }

    [Theory]
    [MemberData(nameof(StateChangingPaths))]
    public async Task Its_own_page_a_typed_address_and_plain_clients_pass(string path)
    {
        (string Name, string Value)[] own = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Origin", server.Url), ("X-None", "of these")];
        foreach ((string name, string value) in own)
        {
            using HttpResponseMessage response = await AskAsync(path, name, value);

            Assert.Contains((int)response.StatusCode, new[] { 200, 404 });
        }
    }

    [Fact]
    public async Task What_only_reads_is_answered()
    {
        using HttpResponseMessage response = await AskAsync("/openai/loadedmodels", "Sec-Fetch-Site", "cross-site");

        Assert.Equal(200, (int)response.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + path);
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        return await server.Client.SendAsync(request);
    }
}

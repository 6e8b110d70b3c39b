using System.Text.Json;
using Ingot.Service;

namespace Ingot.Server.Tests.Edge;

/// <summary>What an address may carry: a version, and no credential.</summary>
public sealed class AddressTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("api-key")]
    [InlineData("api_key")]
    [InlineData("apikey")]
    [InlineData("API-Key")]
    [InlineData("access_token")]
    [InlineData("access-token")]
    [InlineData("authorization")]
    [InlineData("subscription-key")]
    [InlineData("api%2Dkey")]
    [InlineData("a%70i_key")]
    public async Task A_credential_in_the_query_is_refused_and_not_repeated(string name)
    {
        foreach (string path in new[] { "/v1/models", "/health", "/no/such/route", "/openai/load/no-such" })
        {
            using HttpResponseMessage response = await server.Client.GetAsync($"{server.Url}{path}?limit=1&{name}=s3cret");
            string text = await response.Content.ReadAsStringAsync();

            Assert.Equal((400, "invalid_value"), ((int)response.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("code").GetString()));
            Assert.Contains("header 'api-key' or 'Authorization'", text, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Routes =>
    [
        "/health", "/v1/models", "/v1/models/ingot-tiny-chat", "/openai/v1/models", "/openai/status", "/foundry/list", "/foundry/ps", "/openai/models", "/openai/loadedmodels",
        "/openai/unloadall", "/openai/getgpudevice", "/v1/chat/completions", "/openapi/v1.json", "/models/unload/ingot-tiny-chat",
    ];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_route_takes_a_version(string path)
    {
        foreach (string version in new[] { "api-version=2024-10-21", "API-Version=preview", "api-version=", "api-version=v1&api-version=v2" })
        {
            using HttpResponseMessage response = await server.Client.GetAsync($"{server.Url}{path}?{version}");

            Assert.True(response.IsSuccessStatusCode, $"{version}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task A_version_counts_as_no_unknown_parameter_where_others_do()
    {
        using HttpResponseMessage version = await server.Client.PostAsync($"{server.Url}/v1/chat/completions?api-version=1", new StringContent(
            """{"model": "ingot-tiny-chat", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}""", System.Text.Encoding.UTF8, "application/json"));
        using HttpResponseMessage other = await server.Client.GetAsync($"{server.Url}/openai/unloadall?api-version=1&api-versions=2");

        Assert.Equal((200, 400), ((int)version.StatusCode, (int)other.StatusCode));
    }

    [Theory]
    [InlineData("llm.example", true)]
    [InlineData("LLM.Example", true)]
    [InlineData("a.cluster.example", true)]
    [InlineData("localhost", true)]
    [InlineData("cluster.example", false)]
    [InlineData("acluster.example", false)]
    [InlineData("llm.example.evil.example", false)]
    [InlineData("evil.example", false)]
    public async Task Names_that_the_options_allow_are_answered_to(string host, bool isAllowed)
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { AllowedHosts = ["llm.example", "*.cluster.example"] });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/health") { Headers = { Host = host } };

        Assert.Equal(isAllowed ? 200 : 403, (int)(await service.Client.SendAsync(request)).StatusCode);
    }
}

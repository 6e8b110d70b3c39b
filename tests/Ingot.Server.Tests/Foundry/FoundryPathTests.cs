using System.Text.Json;
using Ingot.Service;
using Ingot.Testing;

namespace Ingot.Server.Tests.Foundry;

/// <summary>What may stand in the paths and queries of Foundry's routes, and what is said of the rest.</summary>
public sealed class FoundryPathTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/openai/load/ingot-tiny-chat")]
    [InlineData("/openai/load/INGOT-tiny-chat:1")]
    [InlineData("/openai/load/ingot-tiny-chat%3A1?unload=true&ttl=60&ep=cpu")]
    [InlineData("/openai/load/ingot-tiny-chat:1?timeout=600&ep=CPU")]
    [InlineData("/openai/load/ingot-tiny-chat:1?TTL=0&unload=True")]
    [InlineData("/openai/unload/ingot-tiny-chat%3a1?force=TRUE")]
    [InlineData("/openai/unload/ingot-tiny-chat")]
    public async Task A_model_is_named_by_alias_name_or_id_written_plainly_or_escaped(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(server.Url + path);

        Assert.Equal((200, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("/openai/load/x?ttl=abc", "ttl")]
    [InlineData("/openai/load/x?ttl=-1", "ttl")]
    [InlineData("/openai/load/x?ttl=", "ttl")]
    [InlineData("/openai/load/x?ttl=99999999999", "ttl")]
    [InlineData("/openai/load/x?ttl=1.5", "ttl")]
    [InlineData("/openai/load/x?ttl=1&ttl=2", "ttl")]
    [InlineData("/openai/load/x?timeout=soon", "timeout")]
    [InlineData("/openai/load/x?unload=maybe", "unload")]
    [InlineData("/openai/load/x?ep=abacus", "ep")]
    [InlineData("/openai/load/ingot-tiny-chat?ep=cuda", "ep")]
    [InlineData("/openai/load/x?tll=60", "tll")]
    [InlineData("/openai/unload/x?force=maybe", "force")]
    [InlineData("/openai/unload/x?force", "force")]
    [InlineData("/openai/unloadall?force=true", "force")]
    [InlineData("/models/load/x?ttl=abc", "ttl")]
    [InlineData("/models/unload/x?force=2", "force")]
    public async Task A_wrong_query_is_refused_by_its_name(string path, string param)
    {
        JsonElement error = await RefusedAsync(path, 400);

        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("/openai/load/", 600)]
    [InlineData("/openai/load/", 60_000)]
    [InlineData("/models/unload/", 60_000)]
    [InlineData("/v1/models/", 60_000)]
    public async Task A_name_beyond_all_measure_is_just_unknown(string path, int length)
    {
        JsonElement error = await RefusedAsync(path + new string('n', length), 404);

        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.InRange(error.GetProperty("message").GetString()!.Length, 1, 1000);
    }

    [Theory]
    [InlineData("/openai/load/")]
    [InlineData("/openai/load/%20")]
    [InlineData("/openai/load/a%0Ab")]
    [InlineData("/openai/unload/a%01b")]
    [InlineData("/models/load/%7F")]
    public async Task A_name_that_can_be_none_is_400(string path)
    {
        JsonElement error = await RefusedAsync(path, 400);

        Assert.Equal("model", error.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("/openai/load/..%2f..%2fetc%2fpasswd")]
    [InlineData("/openai/load/..%5c..%5cwindows")]
    [InlineData("/openai/load/%2fetc%2fpasswd")]
    [InlineData("/openai/load/a/b/c")]
    [InlineData("/openai/load/con")]
    [InlineData("/openai/unload/..%2f")]
    [InlineData("/models/unload/%252e%252e%252f")]
    [InlineData("/openai/load/%F0%9F%98%80")]
    public async Task A_name_of_no_model_is_404_and_touches_no_path(string path) =>
        Assert.Equal("model_not_found", (await RefusedAsync(path, 404)).GetProperty("code").GetString());

    [Theory]
    [InlineData("/openai/load/../../etc/passwd")]
    [InlineData("/openai/load/%2e%2e/%2e%2e/x")]
    public async Task Dots_that_lead_elsewhere_lead_to_no_route(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri(server.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_misspelt_name_is_answered_with_near_ones()
    {
        JsonElement error = await RefusedAsync("/openai/load/ingot-tiny-chatt", 404);

        Assert.Contains("did you mean ingot-tiny-chat", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_parameters_are_left_out_where_that_is_configured()
    {
        await using TestService service = await TestService.SayingAsync("Yes", new IngotOptions { AllowUnknownFields = true });

        using HttpResponseMessage response = await service.Client.GetAsync($"{service.Url}/openai/load/tiny?nocache=1&nocache=2");

        Assert.Equal(200, (int)response.StatusCode);
    }

    private async Task<JsonElement> RefusedAsync(string path, int status)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(server.Url + path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("error");
    }
}

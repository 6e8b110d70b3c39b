using System.Text.Json;
using Ingot.Protocol;

namespace Ingot.Server.Tests.Callers;

/// <summary>Keys that are limited to some models.</summary>
public sealed class AllowedModelTests
{
    public static TheoryData<string, string> RoutesWithAModel => new()
    {
        { "/v1/chat/completions", """{"model": "MODEL", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2}""" },
        { "/v1/completions", """{"model": "MODEL", "prompt": "Hi", "max_tokens": 2}""" },
        { "/openai/v1/responses", """{"model": "MODEL", "input": "Hi", "max_output_tokens": 16}""" },
        { "/v1/responses/input_tokens", """{"model": "MODEL", "input": "Hi"}""" },
        { "/v1/tokenize", """{"model": "MODEL", "input": "Hi"}""" },
        { "/v1/detokenize", """{"model": "MODEL", "tokens": [1, 2]}""" },
        { "/v1/chat/completions/tokenizer/encode/count", """{"model": "MODEL", "messages": [{"role": "user", "content": "Hi"}]}""" },
        { "GET /v1/models/MODEL", "" },
        { "GET /openai/load/MODEL", "" },
        { "GET /models/unload/MODEL", "" },
    };

    [Theory]
    [MemberData(nameof(RoutesWithAModel))]
    public async Task Others_are_as_if_there_were_none_on_every_route(string route, string json)
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("tiny-only", models: "tiny-alias");
        await service.StartAsync();

        foreach (string allowed in new[] { "tiny-alias", "TINY", "tiny:1" })
        {
            using HttpResponseMessage response = await AskAsync(service, key, route, json, allowed);
            Assert.True(response.IsSuccessStatusCode, $"{route} {allowed}: {await response.Content.ReadAsStringAsync()}");
        }

        foreach (string refused in new[] { "other", "other:1", "other-alias", "no-such" })
        {
            using HttpResponseMessage response = await AskAsync(service, key, route, json, refused);
            Assert.Equal((404, "model_not_found"), await GuardedService.ErrorAsync(response));
            Assert.Contains("does not exist or you do not have access", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/openai/models")]
    [InlineData("/foundry/list")]
    public async Task Lists_show_what_may_be_used(string path)
    {
        await using var service = new GuardedService();
        string some = await service.MakeKeyAsync("some", models: ["other:1", "not-here"]);
        string all = await service.MakeKeyAsync("all");
        await service.StartAsync();

        string limited = (await service.AskAsync(HttpMethod.Get, path, some)).Body.GetRawText();
        string whole = (await service.AskAsync(HttpMethod.Get, path, all)).Body.GetRawText();

        Assert.Equal((true, false), (limited.Contains("other:1", StringComparison.Ordinal), limited.Contains("tiny", StringComparison.Ordinal)));
        Assert.Contains("tiny:1", whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/openai/unloadall")]
    [InlineData("/openai/setgpudevice/1")]
    public async Task What_concerns_all_models_is_forbidden(string path)
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("some", models: "tiny");
        await service.StartAsync();

        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, path, key);

        Assert.Equal((403, "forbidden"), await GuardedService.ErrorAsync(response));
    }

    [Fact]
    public async Task A_download_of_another_model_is_refused_before_anything_is_fetched()
    {
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("some", models: "tiny");
        await service.StartAsync();

        (int status, JsonElement body) = await service.AskAsync(HttpMethod.Post, "/openai/download", key, """{"model": {"name": "other:1"}}""");

        Assert.Equal((404, "model_not_found"), (status, body.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public void Every_request_with_a_model_says_so()
    {
        Type[] named = [.. typeof(WireJson).Assembly.GetTypes().Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal) && type.GetProperty("Model")?.PropertyType == typeof(string))];

        Assert.True(named.Length >= 6);
        Assert.All(named, type => Assert.True(type.IsAssignableTo(typeof(IModelRequest)), type.Name));
    }

    private static Task<HttpResponseMessage> AskAsync(GuardedService service, string key, string route, string json, string model)
    {
        string path = route.Replace("MODEL", model, StringComparison.Ordinal);
        return path.StartsWith("GET ", StringComparison.Ordinal)
            ? service.SendAsync(HttpMethod.Get, path["GET ".Length..], key)
            : service.SendAsync(HttpMethod.Post, path, key, json.Replace("MODEL", model, StringComparison.Ordinal));
    }
}

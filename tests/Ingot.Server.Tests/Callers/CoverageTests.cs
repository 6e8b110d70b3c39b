using System.Text.Json;
using Ingot.Service;
using Ingot.Service.Callers;
using Microsoft.AspNetCore.Routing;

namespace Ingot.Server.Tests.Callers;

/// <summary>Nothing but health is answered to somebody who shows nothing.</summary>
public sealed class CoverageTests
{
    private static readonly string[] Open = ["GET /health", "GET /ready"];

    [Fact]
    public async Task Every_route_with_every_method_it_has_refuses_who_shows_nothing_but_health()
    {
        (GuardedService service, _) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        (string Method, string Path)[] routes =
        [
            .. service.Server.Routes.SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (method, PathOf(route)))),
        ];
        Assert.True(routes.Length > 70, $"There are {routes.Length} routes.");

        foreach ((string method, string path) in routes)
        {
            using HttpResponseMessage response = await service.SendAsync(new HttpMethod(method), path);
            if (Open.Contains($"{method} {path}"))
                Assert.NotEqual(401, (int)response.StatusCode);
            else
                await AssertRefusedAsync(response, $"{method} {path}");
        }
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/no-such-route")]
    [InlineData("POST", "/v1/no-such-route")]
    [InlineData("PUT", "/v1/chat/completions")]
    [InlineData("HEAD", "/openai/status")]
    [InlineData("OPTIONS", "/v1/models")]
    [InlineData("POST", "/health")]
    [InlineData("GET", "/health/")]
    [InlineData("GET", "/health/../v1/models")]
    [InlineData("GET", "//v1/models")]
    [InlineData("GET", "/V1/MODELS")]
    [InlineData("GET", "/v1/models?key=anything")]
    [InlineData("TRACE", "/v1/models")]
    [InlineData("POST", "/shutdown")]
    public async Task What_there_is_no_route_for_is_refused_in_the_same_way(string method, string path)
    {
        (GuardedService service, _) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;

        using HttpResponseMessage response = await service.SendAsync(new HttpMethod(method), path);

        if (path == "/health/")
            Assert.Equal(200, (int)response.StatusCode);
        else
            await AssertRefusedAsync(response, $"{method} {path}");
    }

    [Fact]
    public async Task A_websocket_is_refused_like_everything_else()
    {
        (GuardedService service, string key) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{service.Url}/v1/realtime");
        foreach ((string name, string value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") })
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));

        using HttpResponseMessage response = await service.Client.SendAsync(request);
        using HttpResponseMessage known = await service.SendAsync(HttpMethod.Get, "/v1/realtime", key);

        await AssertRefusedAsync(response, "websocket");
        Assert.Equal((404, "not_found"), await GuardedService.ErrorAsync(known));
    }

    [Fact]
    public async Task With_a_key_all_of_it_is_there()
    {
        (GuardedService service, string key) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;

        foreach (string path in new[] { "/v1/models", "/openai/v1/models", "/openai/status", "/foundry/list", "/openapi/v1.json", "/status" })
        {
            using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, path, key);
            Assert.True(response.IsSuccessStatusCode, path);
        }
    }

    [Theory]
    [InlineData("auto", 200)]
    [InlineData("none", 200)]
    [InlineData("key", 401)]
    public async Task Without_any_key_only_who_asks_for_one_gets_a_service_that_demands_one(string auth, int expected)
    {
        await using var service = new GuardedService();
        await service.StartAsync(new IngotOptions { Auth = AuthMode.Read(auth)! });

        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, "/v1/models", "whatever");

        Assert.Equal(expected, (int)response.StatusCode);
    }

    [Fact]
    public async Task Switched_off_nobody_is_asked_for_the_keys_there_are()
    {
        (GuardedService service, _) = await GuardedService.WithKeyAsync(new IngotOptions { Auth = AuthMode.None });
        await using GuardedService disposed = service;

        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Get, "/v1/models");

        Assert.Equal(200, (int)response.StatusCode);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, string what)
    {
        Assert.True((int)response.StatusCode == 401, $"{what}: {response.StatusCode}");
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        if (response.RequestMessage!.Method == HttpMethod.Head)
            return;
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(("invalid_api_key", "invalid_request_error"), (error.GetProperty("code").GetString(), error.GetProperty("type").GetString()));
    }

    private static string PathOf(RouteEndpoint route) =>
        "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => segment.IsSimple && segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"));
}

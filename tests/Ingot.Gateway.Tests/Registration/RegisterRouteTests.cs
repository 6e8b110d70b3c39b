using System.Net;
using System.Text;
using System.Text.Json;
using Ingot.Service.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Gateway.Tests.Registration;

/// <summary><c>POST /openai/register</c>, and where what it registers shows.</summary>
public sealed class RegisterRouteTests
{
    [Fact]
    public async Task A_registered_model_is_listed_kept_and_answers()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("""{"id": "far away"}""");
        await using GatewayService service = await GatewayService.StartAsync();

        using HttpResponseMessage registered = await RegisterAsync(service, Body(provider.Address));

        Assert.Equal((HttpStatusCode.OK, ""), (registered.StatusCode, await registered.Content.ReadAsStringAsync()));
        Assert.Contains("deepseek-chat", (await JsonAsync(service, "/openai/models")).EnumerateArray().Select(name => name.GetString()));
        JsonElement listed = (await JsonAsync(service, "/v1/models")).GetProperty("data").EnumerateArray().Single(model => model.GetProperty("id").GetString() == "deepseek-chat");
        Assert.Equal(("deepseek", "model"), (listed.GetProperty("owned_by").GetString(), listed.GetProperty("object").GetString()));
        Assert.Equal("deepseek", (await JsonAsync(service, "/v1/models/DeepSeek-Chat")).GetProperty("owned_by").GetString());
        Assert.Equal("ready", (await JsonAsync(service, "/ready")).GetProperty("status").GetString());
        using HttpResponseMessage answer = await service.PostAsync("chat/completions", """{"model": "deepseek-chat"}""");
        Assert.Equal("""{"id": "far away"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("deepseek-chat", Assert.Single(new ProviderBook(service.Home, NullLogger<ProviderBook>.Instance).Models).Model.Name);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(service.Home, "providers.json")));
    }

    [Fact]
    public async Task Registering_again_changes_nothing_and_another_model_joins()
    {
        await using GatewayService service = await GatewayService.StartAsync();
        var address = new Uri("https://api.example.com/v1");

        foreach (string body in new[] { Body(address), Body(address), """{"typename": "DeepSeek", "modelname": "deepseek-reasoner", "baseuri": "https://api.example.com/v1/", "alias": "thinker"}""" })
        {
            using HttpResponseMessage registered = await RegisterAsync(service, body);
            Assert.Equal(HttpStatusCode.OK, registered.StatusCode);
        }

        ModelProvider provider = Assert.Single(service.Book.Providers);
        Assert.Equal(["deepseek-chat", "thinker"], provider.Models.Select(model => model.LocalName));
        Assert.Single(provider.Addresses);
    }

    [Theory]
    [InlineData("""{"ModelName": "m", "BaseUri": "https://h/v1"}""", 400, "TypeName")]
    [InlineData("""{"TypeName": "t", "BaseUri": "https://h/v1"}""", 400, "ModelName")]
    [InlineData("""{"TypeName": "t", "ModelName": "m"}""", 400, "BaseUri")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "h/v1"}""", 400, "BaseUri")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "file:///etc/passwd"}""", 400, "BaseUri")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://user:secret@h/v1"}""", 400, "BaseUri")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1?key=secret"}""", 400, "BaseUri")]
    [InlineData("""{"TypeName": "../t", "ModelName": "m", "BaseUri": "https://h/v1"}""", 400, "TypeName")]
    [InlineData("""{"TypeName": "t", "ModelName": "", "BaseUri": "https://h/v1"}""", 400, "ModelName")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1", "ApiKey": "sk-1"}""", 400, "ApiKey")]
    [InlineData("""{"TypeName": "t", "ModelName": "tiny", "BaseUri": "https://h/v1"}""", 409, "ModelName")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1", "Alias": "tiny"}""", 409, "ModelName")]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1", "KeyVariable": "PATH"}""", 403, null)]
    [InlineData("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1", "KeyFile": "/etc/shadow"}""", 403, null)]
    [InlineData("""{"TypeName": "elsewhere", "ModelName": "far", "BaseUri": "https://attacker.example/v1"}""", 403, null)]
    [InlineData("""{"TypeName": "other", "ModelName": "far", "BaseUri": "https://h/v1"}""", 409, "ModelName")]
    public async Task What_must_not_be_registered_is_refused_and_leaves_no_trace(string body, int status, string? field)
    {
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(new Uri("https://api.example.com/v1")));
        string before = await File.ReadAllTextAsync(Path.Combine(service.Home, "providers.json"));

        using HttpResponseMessage refused = await RegisterAsync(service, body);

        string text = await refused.Content.ReadAsStringAsync();
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal((status, field), ((int)refused.StatusCode, error.TryGetProperty("param", out JsonElement param) ? param.GetString() : null));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(service.Home, "providers.json")));
    }

    [Fact]
    public async Task Nobody_but_this_user_changes_a_provider_that_has_a_key()
    {
        var address = new Uri("https://api.example.com/v1");
        await using GatewayService service = await GatewayService.StartAsync(GatewayService.Provider(address) with { Key = new ProviderKey("SOME_KEY") });

        using HttpResponseMessage refused = await RegisterAsync(service, """{"TypeName": "elsewhere", "ModelName": "dear-model", "BaseUri": "https://api.example.com/v1"}""");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Single(service.Book.Models);
    }

    [Fact]
    public async Task On_the_local_pipe_a_key_may_be_named()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using GatewayService service = await GatewayService.StartAsync();
        using HttpClient client = service.OnPipe();

        using HttpResponseMessage registered = await client.PostAsync(
            "http://localhost/openai/register",
            new StringContent("""{"TypeName": "t", "ModelName": "m", "BaseUri": "https://h/v1", "KeyVariable": "SOME_KEY", "DisplayName": "The T"}""", Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.OK, registered.StatusCode);
        ModelProvider provider = Assert.Single(service.Book.Providers);
        Assert.Equal(("SOME_KEY", "The T"), (provider.Key!.Variable, provider.Owner));
    }

    [Fact]
    public async Task Another_sites_page_cannot_register()
    {
        await using GatewayService service = await GatewayService.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{service.Url}/openai/register") { Content = new StringContent(Body(new Uri("https://h/v1")), Encoding.UTF8, "application/json") };
        request.Headers.Add("Origin", "https://evil.example");

        using HttpResponseMessage refused = await service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(service.Book.Providers);
    }

    [Fact]
    public async Task What_another_process_changes_is_taken_up()
    {
        await using FakeProvider provider = await FakeProvider.SayingAsync("{}");
        await using GatewayService service = await GatewayService.StartAsync();
        var other = new ProviderBook(service.Home, NullLogger<ProviderBook>.Instance);

        await other.ChangeAsync(_ => [GatewayService.Provider(provider.Address)], CancellationToken.None);
        using HttpResponseMessage found = await service.PostAsync("chat/completions", """{"model": "far"}""");
        await other.ChangeAsync(_ => [], CancellationToken.None);
        using HttpResponseMessage gone = await service.PostAsync("chat/completions", """{"model": "far", "messages": [{"role": "user", "content": "Hi"}]}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (found.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task The_service_describes_the_route()
    {
        await using GatewayService service = await GatewayService.StartAsync();

        JsonElement paths = (await JsonAsync(service, "/openapi/v1.json")).GetProperty("paths");

        Assert.Equal("registerProvider", paths.GetProperty("/openai/register").GetProperty("post").GetProperty("operationId").GetString());
    }

    private static string Body(Uri address) => $$"""{ "TypeName": "deepseek", "ModelName": "deepseek-chat", "BaseUri": "{{address}}" }""";

    private static Task<HttpResponseMessage> RegisterAsync(GatewayService service, string body) =>
        service.Client.PostAsync($"{service.Url}/openai/register", new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> JsonAsync(GatewayService service, string path) =>
        JsonDocument.Parse(await service.Client.GetStringAsync(service.Url + path)).RootElement;
}

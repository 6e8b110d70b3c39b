using System.Text;
using System.Text.Json;
using Ingot.Service;
using Ingot.Service.Callers;
using Ingot.Service.Hosting;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Callers;

/// <summary>A service whose home folder the test puts keys into, whose log it reads, and whose model <c>tiny</c> says little.</summary>
internal sealed class GuardedService : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TinyModel _model = new();
    private IngotServices? _services;
    private IngotServer? _server;

    /// <summary>The clock that limits and tokens go by.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>Everything that was logged, at every level.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>The keys it accepts.</summary>
    public ApiKeyFile Keys => new(_home["home"], TimeProvider.System);

    /// <summary>The server itself.</summary>
    public IngotServer Server => _server!;

    /// <summary>Its home folder, which need not exist.</summary>
    public string Home => _home["home"];

    /// <summary>A plain HTTP client for it.</summary>
    public HttpClient Client { get; } = new() { Timeout = Waits.Longest };

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => Server.Urls[0];

    /// <summary>Starts it; keys may be made before.</summary>
    public async Task StartAsync(IngotOptions? options = null, string urls = "http://127.0.0.1:0", string? pipe = null, Func<TinyModel, LoadedModel>? load = null)
    {
        string catalog = _home.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new[] { "tiny", "other" }.Select(name => new { name, version = 1, alias = $"{name}-alias", path = _model.Entry.LocalPath }),
        }));
        options = (options ?? new IngotOptions()) with { ModelCacheDirectory = _home["models"], StoreDirectory = _home["store"], CatalogPaths = [catalog] };
        _services = IngotServices.Create(options, Log, Time, (_, _) => Task.FromResult(load?.Invoke(_model) ?? _model.Load(TinyModel.Tokens("Hello."))));
        var serverOptions = new ServerOptions { Urls = urls, HomeFolder = Home, ShutdownToken = "0123456789ABCDEF", PipeName = pipe };
        _server = await IngotServer.StartAsync(_services, serverOptions, Log, CancellationToken.None);
    }

    /// <summary>A service that demands a key, and one.</summary>
    public static async Task<(GuardedService Service, string Key)> WithKeyAsync(IngotOptions? options = null)
    {
        var service = new GuardedService();
        string key = await service.MakeKeyAsync("first");
        await service.StartAsync(options);
        return (service, key);
    }

    /// <summary>Makes a key.</summary>
    public async Task<string> MakeKeyAsync(string name, int? requests = null, int? tokens = null, params string[] models) => (await Keys.CreateAsync(
        new ApiKey("", name, default) { RequestsPerMinute = requests, TokensPerMinute = tokens, Models = models }, CancellationToken.None)).Text;

    /// <summary>Sends a request with a key, if there is one.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, string? json = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, Url + path);
        if (key is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Sends a request, and gives status and body.</summary>
    public async Task<(int Status, JsonElement Body)> AskAsync(HttpMethod method, string path, string? key = null, string? json = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, key, json);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Asks for a chat completion with these further fields.</summary>
    public Task<HttpResponseMessage> ChatAsync(string? key, string fields = "", string model = "tiny") =>
        SendAsync(HttpMethod.Post, "/v1/chat/completions", key, TestService.Chat(fields).Replace("\"tiny\"", $"\"{model}\"", StringComparison.Ordinal));

    /// <summary>What an error's body says.</summary>
    public static async Task<(int Status, string? Code)> ErrorAsync(HttpResponseMessage response)
    {
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(["code", "message", "param", "type"], error.EnumerateObject().Select(field => field.Name).Order());
        Assert.NotEqual("", error.GetProperty("message").GetString());
        return ((int)response.StatusCode, error.GetProperty("code").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_services is not null)
            await _services.DisposeAsync();
        _model.Dispose();
        _home.Dispose();
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Ingot.Server;
using Ingot.Service;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Legacy.Tests;

/// <summary>The first SDK's calls against a real service of this process.</summary>
public sealed class FoundryLocalManagerTests : IAsyncLifetime
{
    private const string Chat = ShippedModel.Name;

    private readonly TemporaryFolder _folder = new();
    private IngotServices _services = null!;
    private IngotServer _server = null!;
    private WebApplication _site = null!;
    private FoundryLocalManager _manager = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ServeAsync(ShippedModel.Folder);
        string catalog = _folder.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new object[]
            {
                new { name = "sky-cpu", version = 1, alias = "sky", path = ShippedModel.Folder },
                new { name = "far-cpu", version = 1, alias = "far", uri = $"{_site.Urls.First()}/far/", files = Files(ShippedModel.Folder) },
                new { name = "sky-cpu", version = 2, alias = "sky", uri = $"{_site.Urls.First()}/far/", files = Files(ShippedModel.Folder) },
            },
        }));
        IngotOptions options = IngotOptions.Load() with { CatalogPaths = [catalog], ModelCacheDirectory = _folder["models"] };
        _services = IngotServices.Create(options, NullLoggerFactory.Instance);
        _server = await IngotServer.StartAsync(
            _services, new ServerOptions { Urls = "http://127.0.0.1:0", HandlesSignals = false }, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        _manager = new FoundryLocalManager(new Uri(_server.Urls[0]));
    }

    public async ValueTask DisposeAsync()
    {
        await _manager.DisposeAsync();
        await _server.DisposeAsync();
        await _services.DisposeAsync();
        await _site.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Models_are_found_by_alias_id_and_device()
    {
        Assert.Contains(await _manager.ListCatalogModelsAsync(), model => model.Alias == Chat);
        Assert.Equal($"{Chat}:1", (await _manager.GetModelInfoAsync(Chat))!.ModelId);
        Assert.Equal("sky-cpu:1", (await _manager.GetModelInfoAsync("sky-cpu:1"))!.ModelId);
        Assert.Equal("sky-cpu:2", (await _manager.GetModelInfoAsync("SKY-CPU"))!.ModelId);
        Assert.Equal("sky-cpu:2", (await _manager.GetLatestModelInfoAsync("sky"))!.ModelId);
        Assert.Null(await _manager.GetModelInfoAsync(Chat, DeviceType.NPU));
        Assert.Null(await _manager.GetModelInfoAsync("nobody"));
        Assert.Same(await _manager.ListCatalogModelsAsync(), await _manager.ListCatalogModelsAsync());
    }

    [Fact]
    public async Task A_model_is_loaded_stays_and_leaves_by_force()
    {
        ModelInfo model = await _manager.LoadModelAsync(Chat);

        Assert.Equal(model.ModelId, Assert.Single(await _manager.ListLoadedModelsAsync()).ModelId);
        await _manager.UnloadModelAsync(Chat);
        Assert.Single(await _manager.ListLoadedModelsAsync());
        await _manager.UnloadModelAsync(Chat, force: true);
        Assert.Empty(await _manager.ListLoadedModelsAsync());
    }

    [Fact]
    public async Task A_download_tells_how_far_it_is_and_ends_with_the_model()
    {
        Assert.Contains("DownloadModelAsync first", (await Assert.ThrowsAsync<InvalidOperationException>(() => _manager.LoadModelAsync("far"))).Message, StringComparison.Ordinal);
        var told = new List<ModelDownloadProgress>();

        await foreach (ModelDownloadProgress progress in _manager.DownloadModelWithProgressAsync("far"))
            told.Add(progress);

        Assert.Equal(told.Select(one => one.Percentage).Order(), told.Select(one => one.Percentage));
        Assert.True(told[^1].IsCompleted, told[^1].ErrorMessage);
        Assert.Equal("far-cpu:1", told[^1].ModelInfo?.ModelId);
        Assert.Contains(await _manager.ListCachedModelsAsync(), model => model.ModelId == "far-cpu:1");
        Assert.Equal("far-cpu:1", (await _manager.DownloadModelAsync("far"))!.ModelId);
    }

    [Fact]
    public async Task An_older_version_is_upgraded()
    {
        Assert.True(await _manager.IsModelUpgradeableAsync("sky"));

        ModelInfo? newest = await _manager.UpgradeModelAsync("sky");

        Assert.Equal("sky-cpu:2", newest!.ModelId);
        Assert.False(await _manager.IsModelUpgradeableAsync("sky"));
    }

    [Fact]
    public async Task What_cannot_be_done_says_why()
    {
        Assert.Contains("not found in the catalog", (await Assert.ThrowsAsync<InvalidOperationException>(() => _manager.LoadModelAsync("nobody"))).Message, StringComparison.Ordinal);
        var told = new List<ModelDownloadProgress>();
        await foreach (ModelDownloadProgress progress in _manager.DownloadModelWithProgressAsync("nobody"))
            told.Add(progress);
        Assert.Contains("nobody", Assert.Single(told).ErrorMessage, StringComparison.Ordinal);
        using var idle = new FoundryLocalManager();
        Assert.False(idle.IsServiceRunning);
        Assert.Contains("StartServiceAsync", Assert.Throws<InvalidOperationException>(() => idle.Endpoint).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_where_everything_is()
    {
        Assert.Equal(_folder["models"], await _manager.GetCacheLocationAsync());
        Assert.Equal($"{_server.Urls[0]}/v1", _manager.Endpoint.AbsoluteUri);
        Assert.True(_manager.IsServiceRunning);
        Assert.Equal("OPENAI_API_KEY", _manager.ApiKey);
    }

    [Theory]
    [InlineData("🟢 Model management service is running on http://127.0.0.1:5272/openai/status\n", "http://127.0.0.1:5272/")]
    [InlineData("🟢 Service is already running on http://127.0.0.1:5272/, PID 12!\n", "http://127.0.0.1:5272/")]
    [InlineData("🔴 Model management service is not running!\n", null)]
    public void The_commands_words_say_where_the_service_is(string words, string? address) =>
        Assert.Equal(address, FoundryCommand.AddressIn(words)?.AbsoluteUri);

    [Theory]
    [InlineData("name:12", 12)]
    [InlineData("name", -1)]
    [InlineData("name:x", -1)]
    public void An_id_ends_with_its_version(string id, int version) => Assert.Equal(version, FoundryLocalManager.GetVersion(id));

    private static async Task<WebApplication> ServeAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication site = builder.Build();
        site.Urls.Add("http://127.0.0.1:0");
        site.Run(context => Results.File(Path.Combine(folder, Path.GetFileName(context.Request.Path.Value!)), enableRangeProcessing: true).ExecuteAsync(context));
        await site.StartAsync();
        return site;
    }

    private static IEnumerable<object> Files(string folder) => Directory.GetFiles(folder).Select(path => new
    {
        path = Path.GetFileName(path),
        size = new FileInfo(path).Length,
        sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
    });
}

using System.Text;
using Ingot.Engine;
using Ingot.Server.Tests.Embeddings;
using Ingot.Service;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Tests;

/// <summary>A service on a free port with the shipped model and a small encoder, shared by the tests of a class.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private IngotServices? _services;
    private IngotServer? _server;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _server!.Urls[0];

    /// <summary>What stands behind it.</summary>
    public IngotServices Services => _services!;

    /// <summary>A plain HTTP client for it.</summary>
    public HttpClient Client { get; } = new() { Timeout = Waits.Longest };

    /// <summary>What the shipped model's engine has done; the model must be loaded.</summary>
    public async Task<EngineStatistics> StatisticsAsync()
    {
        using ModelLease lease = await Services.Models.AcquireAsync(ShippedModel.Name);
        return lease.Model.Engine.Statistics;
    }

    /// <summary>Posts JSON to the chat route.</summary>
    public Task<HttpResponseMessage> PostChatAsync(string json, string mediaType = "application/json") =>
        Client.PostAsync($"{Url}/v1/chat/completions", new StringContent(json, Encoding.UTF8, mediaType));

    public async ValueTask InitializeAsync()
    {
        TestEncoder.Make(_home, "catalog");
        var options = new IngotOptions { ModelCacheDirectory = Path.Combine(_home.Path, "models"), StoreDirectory = _home["store"], CatalogPaths = [_home["catalog"]] };
        _services = IngotServices.Create(options, NullLoggerFactory.Instance);
        var serverOptions = new ServerOptions { Urls = "http://127.0.0.1:0", MaxRequestBodyBytes = 100_000, ShutdownToken = "secret", HomeFolder = _home["home"] };
        _server = await IngotServer.StartAsync(_services, serverOptions, NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        await _services!.DisposeAsync();
        _home.Dispose();
    }
}

using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Providers;
using Ingot.Service.Tests;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Gateway.Tests;

/// <summary>A service on a free port with one model of its own, <c>tiny</c>, that says "here", and providers.</summary>
public sealed class GatewayService : IAsyncDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TinyModel _model = new();
    private readonly IngotOptions _options;
    private readonly TimeProvider _time;
    private ServerOptions? _serverOptions;
    private IngotServer? _server;

    private GatewayService(TimeProvider time)
    {
        _time = time;
        string catalog = _home.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new[] { new { name = "tiny", version = 1, alias = "tiny", path = _model.Entry.LocalPath } },
        }));
        _options = new IngotOptions { ModelCacheDirectory = _home["models"], StoreDirectory = _home["store"], CatalogPaths = [catalog] };
        Services = MakeServices();
        Book = new ProviderBook(_home["home"], NullLogger<ProviderBook>.Instance);
    }

    /// <summary>Its folder.</summary>
    public string Home => _home["home"];

    /// <summary>Its providers.</summary>
    public ProviderBook Book { get; }

    /// <summary>What stands behind it.</summary>
    public IngotServices Services { get; private set; }

    /// <summary>A plain HTTP client for it.</summary>
    public HttpClient Client { get; } = new() { Timeout = Waits.Longest };

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _server!.Urls[0];

    /// <summary>A service with these providers.</summary>
    public static Task<GatewayService> StartAsync(params ModelProvider[] providers) => StartAsync(TimeProvider.System, providers);

    /// <summary>A service with these providers and this clock.</summary>
    public static async Task<GatewayService> StartAsync(TimeProvider time, params ModelProvider[] providers)
    {
        var service = new GatewayService(time);
        if (providers.Length > 0)
            await service.Book.ChangeAsync(_ => providers, CancellationToken.None);
        service._serverOptions = new ServerOptions
        {
            Urls = "http://127.0.0.1:0",
            MaxRequestBodyBytes = 100_000,
            HomeFolder = service.Home,
            PipeName = "gate",
            Parts = [GatewayPart.Create(service.Book, new GatewayOptions())],
        };
        service._server = await IngotServer.StartAsync(service.Services, service._serverOptions, NullLoggerFactory.Instance, CancellationToken.None);
        return service;
    }

    /// <summary>Ends the service, and starts it with what it left on the disk.</summary>
    public async Task RestartAsync()
    {
        await _server!.DisposeAsync();
        await Services.DisposeAsync();
        Services = MakeServices();
        _server = await IngotServer.StartAsync(Services, _serverOptions!, NullLoggerFactory.Instance, CancellationToken.None);
    }

    /// <summary>A provider at this address with the model <c>far-model</c>, called <c>far</c> here.</summary>
    public static ModelProvider Provider(params Uri[] addresses) => new()
    {
        Name = "elsewhere",
        Addresses = addresses,
        Models = [new ProviderModel("far-model", "far")],
    };

    /// <summary>Posts JSON to a route of <c>/v1</c>, and gives the answer as soon as it begins.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string json, Action<HttpRequestMessage>? change = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/v1/{path}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        change?.Invoke(request);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>A client on the service's local pipe.</summary>
    public HttpClient OnPipe() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Home, "run", "gate.sock")), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private IngotServices MakeServices() => IngotServices.Create(
        _options, NullLoggerFactory.Instance, _time, (_, _) => Task.FromResult(_model.Load(TinyModel.Tokens("here"))));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        await Services.DisposeAsync();
        _model.Dispose();
        _home.Dispose();
    }
}

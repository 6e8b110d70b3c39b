using Ingot.Benchmarks.Server;
using Ingot.Gateway;
using Ingot.Server;
using Ingot.Service;
using Ingot.Service.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Benchmarks.Gateway;

/// <summary>A service in a process of its own, which can be killed: what stands for a machine.</summary>
internal sealed class ChildService : IAsyncDisposable
{
    /// <summary>The mode of this program that it runs.</summary>
    public const string Mode = "gateway-child";

    /// <summary>What its replicas' model is called behind a gateway.</summary>
    public const string Model = "ingot-tiny-chat";

    private readonly ChildProgram _program;

    private ChildService(ChildProgram program) => _program = program;

    /// <summary>Where it listens, without a path.</summary>
    public Uri Address => _program.Address;

    /// <summary>Processor time it has used.</summary>
    public TimeSpan ProcessorTime => _program.ProcessorTime;

    /// <summary>A server that streams paced events and computes nothing.</summary>
    public static Task<ChildService> StartFakeAsync() => StartAsync("fake", "0");

    /// <summary>A service with the shipped model.</summary>
    /// <param name="port">Its port; 0 for any.</param>
    public static Task<ChildService> StartReplicaAsync(int port = 0) => StartAsync("service", $"{port}");

    /// <summary>A service whose model lives at these addresses.</summary>
    public static Task<ChildService> StartGatewayAsync(params IEnumerable<Uri> replicas) => StartAsync(["service", "0", .. replicas.Select(replica => new Uri(replica, "/v1").AbsoluteUri)]);

    /// <summary>The process: says where it listens, and serves until its standard input ends.</summary>
    public static async Task ServeAsync(string[] arguments)
    {
        string url = $"http://127.0.0.1:{arguments[1]}";
        if (arguments[0] == "fake")
        {
            await using var fake = await PacedProvider.StartAsync(url);
            await ChildProgram.ServeAsync(fake.Address.ToString());
            return;
        }

        string home = Directory.CreateTempSubdirectory("ingot-gateway-").FullName;
        var options = new IngotOptions { StoreDirectory = Path.Combine(home, "store"), ModelCacheDirectory = Path.Combine(home, "models"), MaxConcurrentRequests = 1024, ThreadCount = 1, MaxDraftTokens = 0 };
        await using (IngotServices services = IngotServices.Create(options, NullLoggerFactory.Instance))
        {
            var book = new ProviderBook(home, NullLogger<ProviderBook>.Instance);
            if (arguments.Length > 2)
                await book.ChangeAsync(_ => [new ModelProvider { Name = "replicas", Addresses = [.. arguments[2..].Select(address => new Uri(address))], Models = [new ProviderModel(Model, "far")] }], CancellationToken.None);
            var serverOptions = new ServerOptions { Urls = url, HomeFolder = home, Parts = [GatewayPart.Create(book, new GatewayOptions())] };
            await using IngotServer server = await IngotServer.StartAsync(services, serverOptions, NullLoggerFactory.Instance, CancellationToken.None);
            await ChildProgram.ServeAsync(server.Urls[0]);
        }

        Directory.Delete(home, recursive: true);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => _program.KillAsync();

    /// <summary>Ends it.</summary>
    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task<ChildService> StartAsync(params IEnumerable<string> arguments) => new(await ChildProgram.StartAsync(Mode, arguments));
}

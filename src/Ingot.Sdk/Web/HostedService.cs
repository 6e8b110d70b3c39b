using Ingot.Server;
using Ingot.Service;
using Microsoft.Extensions.Logging;

namespace Microsoft.AI.Foundry.Local.Web;

/// <summary>The HTTP service a program starts beside itself, on the very models it uses itself.</summary>
internal sealed class HostedService(IngotServices services, Configuration.WebService? web, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string AnyPort = "http://127.0.0.1:0";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile IngotServer? _server;

    /// <summary>The addresses it listens on; null while it does not.</summary>
    public string[]? Urls => _server is { } server ? [.. server.Urls] : null;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="FoundryLocalException">It does already, or another service is to be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (web?.ExternalUrl is { } external)
            throw new FoundryLocalException($"Configuration Web.ExternalUrl says that the service at {external} is used; leave it out to start one here.");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Urls is { } urls)
                throw new FoundryLocalException($"The web service runs already, on {string.Join(", ", urls)}. Call StopWebServiceAsync first.");
            var options = new ServerOptions
            {
                Urls = string.Join(';', (web?.Urls ?? AnyPort).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(WithScheme)),
                MaxRequestBodyBytes = services.Options.MaxRequestBodyBytes,
                HandlesSignals = false,
            };
            _server = await IngotServer.StartAsync(services, options, loggers, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops listening, after the requests under way have ended; nothing happens when it does not listen.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_server is not { } server)
                return;
            _server = null;
            await server.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    private static string WithScheme(string address) => address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}";
}

using Ingot.Cli.Client;

namespace Ingot.Cli.Background;

/// <summary>A service that answers.</summary>
/// <param name="Client">Talks to it.</param>
/// <param name="Status">What it said of itself.</param>
internal sealed record RunningService(ServiceClient Client, StatusReply Status) : IDisposable
{
    /// <summary>Its first address, as it was given to it.</summary>
    public string Url => Client.Record.Urls[0].TrimEnd('/');

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}

/// <summary>A command needs the service, which is not running.</summary>
internal sealed class ServiceStoppedException() : Exception("The service is not running; 'foundry service start' starts it.");

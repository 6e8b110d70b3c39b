using System.Net;

namespace Ingot.Gateway.Forwarding;

/// <summary>The connections to all providers: pooled by address, without cookies, never following a redirect.</summary>
internal sealed class ProviderConnections : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Makes none yet.</summary>
    public ProviderConnections(GatewayOptions options) => Invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = Lifetime,
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <inheritdoc/>
    public void Dispose() => Invoker.Dispose();
}

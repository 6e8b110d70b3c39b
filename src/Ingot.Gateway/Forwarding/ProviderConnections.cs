using System.Net;
using Ingot.Service.Providers;

namespace Ingot.Gateway.Forwarding;

/// <summary>
/// The connections to all providers: pooled by address, without cookies and proxies, never following a redirect. Providers that may
/// be reached by plain HTTP anywhere have a pool of their own, so that none of it is used by others.
/// </summary>
internal sealed class ProviderConnections(GatewayOptions options) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker _usual = Make(options, allowsPlainHttp: false);
    private readonly HttpMessageInvoker _plain = Make(options, allowsPlainHttp: true);

    /// <summary>What sends a provider's requests; not to be disposed.</summary>
    public HttpMessageInvoker Of(ModelProvider provider) => provider.AllowsPlainHttp ? _plain : _usual;

    /// <inheritdoc/>
    public void Dispose()
    {
        _usual.Dispose();
        _plain.Dispose();
    }

    private static HttpMessageInvoker Make(GatewayOptions options, bool allowsPlainHttp) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = new GuardedConnect(options, allowsPlainHttp).ConnectAsync,
        ConnectTimeout = options.ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = Lifetime,
        UseCookies = false,
        UseProxy = false,
    });
}

using Microsoft.IdentityModel.Protocols;

namespace Ingot.Server.Security.Tokens;

/// <summary>Gets an issuer's description and keys: over https, or from this machine; no further than asked, not large, and not for long.</summary>
internal sealed class IssuerDocuments : IDocumentRetriever, IDisposable
{
    private const int MaxBytes = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(30),
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <inheritdoc/>
    public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        // The description names where the keys are: that may not be a weaker place than where it came from.
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            throw new IOException($"'{address}' is no https address.");
        return _http.GetStringAsync(uri, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

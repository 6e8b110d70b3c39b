using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingot.Server.Tests.Callers;
using Ingot.Service;
using Ingot.Service.Callers;
using Ingot.Service.Tests;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>A service behind HTTPS, with a certificate that clients of other makes can be told to trust.</summary>
internal sealed class SecureService : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly IdentityProvider _provider;

    private SecureService(TestService service, IdentityProvider provider, TemporaryFolder folder, string certificatePath, X509Certificate2 certificate)
    {
        (Service, _provider, _folder, CertificatePath) = (service, provider, folder, certificatePath);
        Client = ClientTrusting(certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    /// <summary>The service.</summary>
    public TestService Service { get; }

    /// <summary>Its address by a name the certificate has, without a slash at the end.</summary>
    public string Url => Service.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>The certificate in PEM.</summary>
    public string CertificatePath { get; }

    /// <summary>A client that trusts this certificate and no other.</summary>
    public HttpClient Client { get; }

    /// <summary>A key it takes.</summary>
    public required string Key { get; init; }

    /// <summary>A bearer token it takes.</summary>
    public string Token => _provider.Sign(_provider.Claims(Service.Time));

    /// <summary>Starts one that demands a key or a token, and whose model answers a prompt with what this function makes of its text.</summary>
    public static async Task<SecureService> StartAsync(Func<string, string> answer)
    {
        var folder = new TemporaryFolder();
        IdentityProvider provider = await IdentityProvider.StartAsync();

        // Between the clock of the tests and that of other programs.
        X509Certificate2 certificate = TestCertificates.Make(new ManualTime().GetUtcNow(), until: TimeProvider.System.GetUtcNow());
        string pair = folder.WritePair("pair.pem", certificate);
        string alone = folder.Write("certificate.pem", certificate.ExportCertificatePem());
        TestService service = await TestService.StartAsync(
            tiny => tiny.Load(new FakeRunner
            {
                VocabularySize = 260,
                EndOfSequenceIds = [TinyModel.End],
                Next = history => TestService.Continue(history, prompt => TinyModel.Tokens(answer(prompt))),
            }),
            new IngotOptions { CertificatePath = pair, Auth = new AuthMode(true, true), TokenIssuer = provider.Issuer },
            urls: "https://127.0.0.1:0");
        (_, string key) = await new ApiKeyFile(service.Home, TimeProvider.System).CreateAsync(new ApiKey("", "a-key", default), CancellationToken.None);
        return new SecureService(service, provider, folder, alone, certificate) { Key = key };
    }

    /// <summary>A client that trusts the certificate with this SHA-256, and no other.</summary>
    public static HttpClient ClientTrusting(string fingerprint) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == fingerprint },
    })
    {
        DefaultRequestVersion = HttpVersion.Version20,
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Service.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }
}

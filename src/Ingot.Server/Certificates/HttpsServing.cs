using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server.Certificates;

/// <summary>Puts certificates before <c>https</c> addresses.</summary>
internal static class HttpsServing
{
    /// <summary>The certificate for a server's addresses; null when none of them is <c>https</c>.</summary>
    /// <exception cref="IngotException">There is none that can be served.</exception>
    public static CertificateWatch? CertificateFor(this ServerOptions options, IngotServices services, ILoggerFactory loggers) =>
        options.Addresses.Any(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            ? new CertificateWatch(services.Options, options.HomeFolder, services.Time, loggers.CreateLogger<CertificateWatch>())
            : null;

    /// <summary>Lets the server listen on <c>https</c> addresses with a certificate.</summary>
    public static void ServeHttps(this IWebHostBuilder host, CertificateWatch? certificate)
    {
        if (certificate is null)
            return;
        host.UseKestrelHttpsConfiguration();
        host.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificate = certificate.Current.Leaf;
            https.OnAuthenticate = (_, handshake) => handshake.ServerCertificateContext = certificate.Current.Context;
        }));
    }
}

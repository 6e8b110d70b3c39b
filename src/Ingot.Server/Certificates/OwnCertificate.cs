using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ingot.Errors;
using Ingot.Models.Store;
using Ingot.Service;

namespace Ingot.Server.Certificates;

/// <summary>
/// The service's own certificate for this machine's names, signed by itself (ECDSA, P-256), for <c>https</c> addresses where the
/// options name no other. It is made when it is first needed, and again before it runs out or when the machine has another name.
/// </summary>
/// <param name="homeFolder">The home folder, such as <see cref="IngotOptions.HomeFolder"/>; need not exist.</param>
/// <param name="time">Says when it runs out.</param>
public sealed class OwnCertificate(string homeFolder, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan Lasts = TimeSpan.FromDays(397);
    private static readonly TimeSpan RemadeBefore = TimeSpan.FromDays(30);

    private readonly string _folder = System.IO.Path.Combine(homeFolder, "https");

    /// <summary>The certificate's file without its key, in PEM: what clients are told to trust.</summary>
    public string Path => System.IO.Path.Combine(_folder, "localhost.crt");

    /// <summary>The file with certificate and key, in PEM, readable by this user alone.</summary>
    public string SecretPath => System.IO.Path.Combine(_folder, "localhost.pem");

    /// <summary>Makes the certificate if there is none that can be used.</summary>
    /// <returns>Its SHA-256 in upper-case hexadecimal, and when it runs out.</returns>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when it cannot be written.</exception>
    public (string Fingerprint, DateTimeOffset NotAfter) Ensure()
    {
        ServedCertificate certificate = Load();
        return (certificate.Fingerprint, certificate.NotAfter);
    }

    /// <summary>The certificate; made if there is none that can be used.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.Conflict"/> when it cannot be written.</exception>
    internal ServedCertificate Load()
    {
        try
        {
            X509Certificate2 certificate = Read() ?? Make();
            string shown = certificate.ExportCertificatePem();
            if (!File.Exists(Path) || File.ReadAllText(Path) != shown)
                AtomicFile.Write(Path, Encoding.ASCII.GetBytes(shown), FileReaders.Anybody);
            return new ServedCertificate(certificate, []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IngotException(ErrorCode.Conflict, $"The service's own certificate cannot be kept in {_folder}: {exception.Message}", inner: exception);
        }
    }

    /// <summary>Whether a certificate of this kind is to be replaced.</summary>
    internal bool IsOld(X509Certificate2 certificate) =>
        time.GetUtcNow() + RemadeBefore >= certificate.NotAfter || time.GetUtcNow() < certificate.NotBefore
        || !certificate.MatchesHostname("localhost") || (MachineName is { } name && !certificate.MatchesHostname(name));

    // Not every machine's name can stand in a certificate.
    private static string? MachineName =>
        Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns && Environment.MachineName.All(char.IsAscii) ? Environment.MachineName : null;

    private X509Certificate2? Read()
    {
        if (!File.Exists(SecretPath))
            return null;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(SecretPath, OwnerOnly);
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(SecretPath);
            return IsOld(certificate) ? null : certificate;
        }
        catch (CryptographicException)
        {
            // Half a file, or somebody else's: this one is the service's to replace.
            return null;
        }
    }

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Ingot on this machine", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (MachineName is { } name && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerUse)], critical: false));
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));

        // Clocks of clients may be behind.
        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lasts);
        string secret = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        AtomicFile.Write(SecretPath, Encoding.ASCII.GetBytes(secret), FileReaders.Owner);

        // Who made one at the same moment may have been later: what is on the disk counts.
        return Read() ?? certificate;
    }
}

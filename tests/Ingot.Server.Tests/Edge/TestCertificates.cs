using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>Certificates in files, of every kind that people have.</summary>
internal static class TestCertificates
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    /// <summary>A certificate for localhost, signed by itself, from a day before some time to a day after, or after another time.</summary>
    public static X509Certificate2 Make(DateTimeOffset now, bool forServers = true, AsymmetricAlgorithm? key = null, DateTimeOffset? until = null)
    {
        AsymmetricAlgorithm own = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = own is RSA rsa
            ? new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=localhost", (ECDsa)own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(forServers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        return request.CreateSelfSigned(now.AddDays(-1), (until ?? now).AddDays(1));
    }

    /// <summary>Its key in PEM, encrypted if there is a password.</summary>
    public static string KeyPem(X509Certificate2 certificate, string? password = null)
    {
        AsymmetricAlgorithm key = certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm)certificate.GetRSAPrivateKey()!;
        return password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, Encryption);
    }

    /// <summary>Writes certificate and key into one file.</summary>
    public static string WritePair(this TemporaryFolder folder, string name, X509Certificate2 certificate) =>
        folder.Write(name, $"{certificate.ExportCertificatePem()}\n{KeyPem(certificate)}\n");
}

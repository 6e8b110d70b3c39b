using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ingot.Server.Certificates;

/// <summary>A certificate as a TLS server shows it.</summary>
internal sealed class ServedCertificate
{
    /// <summary>Takes a certificate.</summary>
    /// <param name="leaf">The certificate, with its private key.</param>
    /// <param name="between">Those between it and a root; may have others.</param>
    public ServedCertificate(X509Certificate2 leaf, X509Certificate2Collection between)
    {
        // The system's TLS on Windows takes no key that lives in memory alone.
        Leaf = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null) : leaf;

        // What is missing is not fetched: no handshake asks other machines.
        Context = SslStreamCertificateContext.Create(Leaf, between, offline: true);
    }

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>The certificate with those between it and a root, ready for handshakes.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>When it runs out.</summary>
    public DateTimeOffset NotAfter => Leaf.NotAfter;

    /// <summary>The SHA-256 of the certificate, upper-case hexadecimal.</summary>
    public string Fingerprint => Leaf.GetCertHashString(HashAlgorithmName.SHA256);
}

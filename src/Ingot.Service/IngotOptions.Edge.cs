namespace Ingot.Service;

/// <content>How the HTTP service is reached from outside.</content>
public sealed partial record IngotOptions
{
    /// <summary>
    /// The certificate that <c>https</c> addresses show: a file with it and those between it and a root in PEM, or a PKCS#12 (PFX) file
    /// with its key. Absent (default) means one of the service's own in the home folder, signed by itself, which clients must be told to
    /// trust. File key <c>certificatePath</c>; variable <c>INGOT_CERTIFICATE</c>.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>
    /// The PEM file with that certificate's private key; absent (default) means the certificate's own file.
    /// File key <c>certificateKeyPath</c>; variable <c>INGOT_CERTIFICATE_KEY</c>.
    /// </summary>
    public string? CertificateKeyPath { get; init; }

    /// <summary>
    /// Where the password of that key is, never the password itself: <c>env:NAME</c> for an environment variable or <c>file:PATH</c> for
    /// a file's first line. Absent (default) means none. File key <c>certificatePasswordFrom</c>; variable
    /// <c>INGOT_CERTIFICATE_PASSWORD_FROM</c>.
    /// </summary>
    public string? CertificatePasswordFrom { get; init; }

    /// <summary>
    /// Names that the service is reached by besides this machine's own, such as those a proxy or tunnel leaves in <c>Host</c>; without
    /// port, <c>*.</c> in front means all names below. Where any are given no other is answered to on any address. Default none: names of
    /// this machine alone on loopback, any name elsewhere. File key <c>allowedHosts</c>; variable <c>INGOT_ALLOWED_HOSTS</c>, separated
    /// by spaces or <c>;</c>.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Web sites whose pages may use the service, each as a browser names it: <c>https://app.example</c>, with a port that is not the
    /// scheme's own. Default none: pages of other sites are refused. File key <c>allowedOrigins</c>; variable
    /// <c>INGOT_ALLOWED_ORIGINS</c>, separated by spaces or <c>;</c>.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];
}

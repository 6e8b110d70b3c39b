using System.Security.Cryptography.X509Certificates;
using Ingot.Server.Certificates;
using Ingot.Testing;

namespace Ingot.Server.Tests.Edge;

/// <summary>The certificate that the service makes for itself.</summary>
public sealed class OwnCertificateTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void It_names_this_machine_alone_and_is_for_servers()
    {
        X509Certificate2 certificate = Own().Load().Leaf;

        Assert.All(["localhost", "127.0.0.1", "::1"], name => Assert.True(certificate.MatchesHostname(name, allowCommonName: false), name));
        Assert.False(certificate.MatchesHostname("example.com"));
        Assert.Equal("1.2.840.10045.3.1.7", certificate.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(certificate.Subject, certificate.Issuer);
    }

    [Fact]
    public void Its_key_is_this_users_alone_and_lies_apart_from_what_others_may_read()
    {
        OwnCertificate own = Own();
        own.Ensure();

        Assert.DoesNotContain("PRIVATE", File.ReadAllText(own.Path), StringComparison.Ordinal);
        Assert.Contains("PRIVATE KEY", File.ReadAllText(own.SecretPath), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(own.SecretPath));
        Assert.Equal(["localhost.crt", "localhost.pem"], Directory.EnumerateFiles(_home["https"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void It_stays_the_same_until_a_month_before_its_end()
    {
        (string first, DateTimeOffset end) = Own().Ensure();
        _time.Advance(end - _time.GetUtcNow() - TimeSpan.FromDays(31));
        Assert.Equal(first, Own().Ensure().Fingerprint);

        _time.Advance(TimeSpan.FromDays(2));
        (string second, DateTimeOffset laterEnd) = Own().Ensure();

        Assert.NotEqual(first, second);
        Assert.True(laterEnd > end);
        Assert.Contains(Own().Load().Leaf.ExportCertificatePem(), File.ReadAllText(Own().Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Half_a_file_is_replaced(string left)
    {
        _home.Write(Path.Combine("https", "localhost.pem"), left);

        Own().Ensure();

        Assert.True(X509Certificate2.CreateFromPemFile(Own().SecretPath).HasPrivateKey);
    }

    private OwnCertificate Own() => new(_home.Path, _time);
}

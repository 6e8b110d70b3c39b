using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingot.Errors;
using Ingot.Server.Certificates;
using Ingot.Service;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Server.Tests.Edge;

/// <summary>Certificates that people bring, and what they are told about those that cannot be served.</summary>
public sealed class CertificateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pem_and_pfx_files_are_read_with_and_without_passwords()
    {
        using var rsa = RSA.Create(2048);
        foreach (X509Certificate2 certificate in new[] { TestCertificates.Make(Now), TestCertificates.Make(Now, key: rsa) })
        {
            string alone = _folder.Write("alone.pem", certificate.ExportCertificatePem());
            string key = _folder.Write("key.pem", TestCertificates.KeyPem(certificate));
            string locked = _folder.Write("locked.pem", TestCertificates.KeyPem(certificate, "open sesame"));
            string password = _folder.Write("password", "open sesame\n");
            string pair = _folder.WritePair("pair.pem", certificate);
            File.WriteAllBytes(_folder["plain.pfx"], certificate.Export(X509ContentType.Pkcs12));
            File.WriteAllBytes(_folder["locked.pfx"], certificate.Export(X509ContentType.Pkcs12, "open sesame"));
            IngotOptions[] all =
            [
                new() { CertificatePath = pair },
                new() { CertificatePath = alone, CertificateKeyPath = key },
                new() { CertificatePath = alone, CertificateKeyPath = locked, CertificatePasswordFrom = $"file:{password}" },
                new() { CertificatePath = _folder["plain.pfx"] },
                new() { CertificatePath = _folder["locked.pfx"], CertificatePasswordFrom = $"file:{password}" },
            ];

            Assert.All(all, options => Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256), Read(options).Fingerprint));
        }
    }

    [Fact]
    public void A_chain_is_handed_on()
    {
        X509Certificate2 leaf = TestCertificates.Make(Now);
        X509Certificate2 other = TestCertificates.Make(Now);
        string file = _folder.Write("chain.pem", $"{leaf.ExportCertificatePem()}\n{other.ExportCertificatePem()}\n{TestCertificates.KeyPem(leaf)}");

        Assert.Equal(leaf.Thumbprint, Read(new IngotOptions { CertificatePath = file }).Leaf.Thumbprint);
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "missing", "no-such.pem does not exist" },
        { "missing key", "no-such.key does not exist" },
        { "no key", "alone.pem has no private key; 'certificateKeyPath' says which file has it" },
        { "key file without key", "alone.pem has no private key" },
        { "other key", "other.pem does not belong to the certificate in" },
        { "other kind of key", "rsa.pem does not belong to the certificate in" },
        { "locked key", "locked.pem is encrypted; 'certificatePasswordFrom' says where its password is" },
        { "wrong password", "locked.pem cannot be read with its password" },
        { "no password variable", "there is no environment variable INGOT_TEST_NO_SUCH_VARIABLE" },
        { "no password file", "no-such.password does not exist" },
        { "wrong pfx password", "locked.pfx is neither PEM nor a PKCS#12 file that its password opens" },
        { "pfx without its password", "locked.pfx is neither PEM nor a PKCS#12 file without a password" },
        { "pfx without key", "public.pfx has no private key" },
        { "neither", "text is neither PEM nor a PKCS#12 file" },
        { "pem without certificate", "key.pem holds no certificate" },
        { "damaged pem", "damaged.pem holds no certificate that can be read" },
        { "too large", "large.pem is larger than 1048576 bytes" },
        { "expired", "expired.pem ran out on" },
        { "not yet", "early.pem counts from" },
        { "for clients", "client.pem is not for servers" },
        { "key beside pfx", "plain.pfx is no PEM file" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_cannot_be_served_is_refused_in_one_sentence_that_says_why(string mistake, string reason)
    {
        IngotException refusal = Assert.Throws<IngotException>(() => Read(Broken(mistake)));

        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("HTTPS cannot be served: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("certificate", refusal.Param, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_file_is_taken_while_the_service_runs_and_a_broken_one_is_not()
    {
        X509Certificate2 first = TestCertificates.Make(Now);
        X509Certificate2 second = TestCertificates.Make(Now);
        string file = _folder.WritePair("pair.pem", first);
        var watch = new CertificateWatch(new IngotOptions { CertificatePath = file }, _folder["home"], _time, NullLogger<CertificateWatch>.Instance);

        Renew("half of a file", 1);
        Assert.Equal(first.Thumbprint, watch.Current.Leaf.Thumbprint);
        _folder.WritePair("pair.pem", second);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(2));
        Assert.Equal(first.Thumbprint, watch.Current.Leaf.Thumbprint);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(second.Thumbprint, watch.Current.Leaf.Thumbprint);

        void Renew(string text, int minutes)
        {
            _folder.Write("pair.pem", text);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(minutes));
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void The_services_own_certificate_is_made_anew_while_it_runs()
    {
        var watch = new CertificateWatch(new IngotOptions(), _folder["home"], _time, NullLogger<CertificateWatch>.Instance);
        ServedCertificate first = watch.Current;

        _time.Advance(TimeSpan.FromDays(366));
        Assert.Same(first, watch.Current);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.True(watch.Current.NotAfter > first.NotAfter);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private ServedCertificate Read(IngotOptions options) => CertificateReader.Read(options, Now);

    private IngotOptions Broken(string mistake)
    {
        X509Certificate2 certificate = TestCertificates.Make(Now);
        string pair = _folder.WritePair("pair.pem", certificate);
        string alone = _folder.Write("alone.pem", certificate.ExportCertificatePem());
        string locked = _folder.Write("locked.pem", TestCertificates.KeyPem(certificate, "open sesame"));
        string wrong = $"file:{_folder.Write("password", "close sesame")}";
        switch (mistake)
        {
            case "missing":
                return new IngotOptions { CertificatePath = _folder["no-such.pem"] };
            case "missing key":
                return new IngotOptions { CertificatePath = pair, CertificateKeyPath = _folder["no-such.key"] };
            case "no key":
                return new IngotOptions { CertificatePath = alone };
            case "key file without key":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = alone };
            case "other key":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = _folder.Write("other.pem", TestCertificates.KeyPem(TestCertificates.Make(Now))) };
            case "other kind of key":
                using (var rsa = RSA.Create(2048))
                    return new IngotOptions { CertificatePath = alone, CertificateKeyPath = _folder.Write("rsa.pem", rsa.ExportPkcs8PrivateKeyPem()) };
            case "locked key":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = locked };
            case "wrong password":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = locked, CertificatePasswordFrom = wrong };
            case "no password variable":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = locked, CertificatePasswordFrom = "env:INGOT_TEST_NO_SUCH_VARIABLE" };
            case "no password file":
                return new IngotOptions { CertificatePath = alone, CertificateKeyPath = locked, CertificatePasswordFrom = $"file:{_folder["no-such.password"]}" };
            case "wrong pfx password":
            case "pfx without its password":
                File.WriteAllBytes(_folder["locked.pfx"], certificate.Export(X509ContentType.Pkcs12, "open sesame"));
                return new IngotOptions { CertificatePath = _folder["locked.pfx"], CertificatePasswordFrom = mistake == "wrong pfx password" ? wrong : null };
            case "pfx without key":
                File.WriteAllBytes(_folder["public.pfx"], X509CertificateLoader.LoadCertificate(certificate.RawData).Export(X509ContentType.Pkcs12));
                return new IngotOptions { CertificatePath = _folder["public.pfx"] };
            case "neither":
                return new IngotOptions { CertificatePath = _folder.Write("text", "not a certificate") };
            case "pem without certificate":
                return new IngotOptions { CertificatePath = _folder.Write("key.pem", TestCertificates.KeyPem(certificate)) };
            case "damaged pem":
                return new IngotOptions { CertificatePath = _folder.Write("damaged.pem", $"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{TestCertificates.KeyPem(certificate)}") };
            case "too large":
                return new IngotOptions { CertificatePath = _folder.Write("large.pem", new string('x', 1 << 21)) };
            case "expired":
                return new IngotOptions { CertificatePath = _folder.WritePair("expired.pem", TestCertificates.Make(Now.AddDays(-9))) };
            case "not yet":
                return new IngotOptions { CertificatePath = _folder.WritePair("early.pem", TestCertificates.Make(Now.AddDays(9))) };
            case "for clients":
                return new IngotOptions { CertificatePath = _folder.WritePair("client.pem", TestCertificates.Make(Now, forServers: false)) };
            case "key beside pfx":
                File.WriteAllBytes(_folder["plain.pfx"], certificate.Export(X509ContentType.Pkcs12));
                return new IngotOptions { CertificatePath = _folder["plain.pfx"], CertificateKeyPath = alone };
            default:
                throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "is none");
        }
    }
}

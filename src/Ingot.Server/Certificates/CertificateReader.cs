using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ingot.Errors;
using Ingot.Service;

namespace Ingot.Server.Certificates;

/// <summary>Reads the certificate that the options name, or says in one sentence why it cannot be served.</summary>
internal static class CertificateReader
{
    private const int MostBytes = 1 << 20;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string EncryptedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <summary>Reads certificate and key.</summary>
    /// <param name="options">The options, with <see cref="IngotOptions.CertificatePath"/>.</param>
    /// <param name="now">The time, between whose bounds the certificate must lie.</param>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>.</exception>
    public static ServedCertificate Read(IngotOptions options, DateTimeOffset now)
    {
        string path = options.CertificatePath!;
        byte[] data = Bytes("certificatePath", path);
        string? password = Password(options.CertificatePasswordFrom);
        ServedCertificate certificate = data.AsSpan().IndexOf("-----BEGIN "u8) >= 0
            ? FromPem(path, Encoding.UTF8.GetString(data), options.CertificateKeyPath, password)
            : FromPfx(path, data, options.CertificateKeyPath, password);
        Check(certificate.Leaf, path, now);
        return certificate;
    }

    private static ServedCertificate FromPem(string path, string text, string? keyPath, string? password)
    {
        string key = keyPath is null ? text : Encoding.UTF8.GetString(Bytes("certificateKeyPath", keyPath));
        string keyFile = keyPath ?? path;
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw Refusal(keyPath is null ? "certificatePath" : "certificateKeyPath", keyPath is null
                ? $"{path} has no private key; 'certificateKeyPath' says which file has it"
                : $"{keyPath} has no private key");
        }

        bool isEncrypted = key.Contains(EncryptedKey, StringComparison.Ordinal);
        if (isEncrypted && password is null)
            throw Refusal("certificatePasswordFrom", $"the key in {keyFile} is encrypted; 'certificatePasswordFrom' says where its password is");
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(text);
        }
        catch (CryptographicException exception)
        {
            throw Refusal("certificatePath", $"{path} holds no certificate that can be read", exception);
        }

        if (all.Count == 0)
            throw Refusal("certificatePath", $"{path} holds no certificate");
        string leaf = all[0].ExportCertificatePem();
        all.RemoveAt(0);
        try
        {
            return new ServedCertificate(
                isEncrypted ? X509Certificate2.CreateFromEncryptedPem(leaf, key, password) : X509Certificate2.CreateFromPem(leaf, key), all);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException { InnerException: ArgumentException } || (exception is CryptographicException && !isEncrypted))
        {
            throw Refusal("certificateKeyPath", $"the key in {keyFile} does not belong to the certificate in {path}", exception);
        }
        catch (CryptographicException exception)
        {
            throw Refusal("certificatePasswordFrom", $"the key in {keyFile} cannot be read with its password", exception);
        }
    }

    private static ServedCertificate FromPfx(string path, byte[] data, string? keyPath, string? password)
    {
        if (keyPath is not null)
            throw Refusal("certificateKeyPath", $"{path} is no PEM file, and only those have their keys in another");
        try
        {
            X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(data, password);
            X509Certificate2 leaf = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw Refusal("certificatePath", $"{path} has no private key");
            all.Remove(leaf);
            return new ServedCertificate(leaf, all);
        }
        catch (CryptographicException exception)
        {
            throw Refusal("certificatePath", password is null
                ? $"{path} is neither PEM nor a PKCS#12 file without a password; 'certificatePasswordFrom' says where one is"
                : $"{path} is neither PEM nor a PKCS#12 file that its password opens", exception);
        }
    }

    private static void Check(X509Certificate2 certificate, string path, DateTimeOffset now)
    {
        if (now > certificate.NotAfter)
            throw Refusal("certificatePath", $"the certificate in {path} ran out on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        if (now < certificate.NotBefore)
            throw Refusal("certificatePath", $"the certificate in {path} counts from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} only");
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } uses && uses.EnhancedKeyUsages[ServerUse] is null)
            throw Refusal("certificatePath", $"the certificate in {path} is not for servers: its extended key usage leaves them out");
    }

    private static string? Password(string? from)
    {
        switch (from)
        {
            case null:
                return null;
            case ['e', 'n', 'v', ':', .. var name]:
                return Environment.GetEnvironmentVariable(name)
                    ?? throw Refusal("certificatePasswordFrom", $"there is no environment variable {name} with the certificate's password");
            default:
                string text = Encoding.UTF8.GetString(Bytes("certificatePasswordFrom", from["file:".Length..]));
                return text.Split('\n', 2)[0].TrimEnd('\r');
        }
    }

    private static byte[] Bytes(string option, string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MostBytes)
                throw Refusal(option, $"{path} is larger than {MostBytes} bytes");
            byte[] data = new byte[file.Length];
            file.ReadExactly(data);
            return data;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refusal(option, $"{path} does not exist", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refusal(option, $"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static IngotException Refusal(string option, string reason, Exception? cause = null) =>
        new(ErrorCode.InvalidValue, $"HTTPS cannot be served: {reason}.", option, cause);
}

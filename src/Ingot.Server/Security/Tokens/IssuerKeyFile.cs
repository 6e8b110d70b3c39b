using Ingot.Errors;
using Microsoft.IdentityModel.Tokens;

namespace Ingot.Server.Security.Tokens;

/// <summary>An issuer's public keys in a file, read again when it was written. Thread-safe.</summary>
internal sealed class IssuerKeyFile
{
    private const int MaxBytes = 1 << 20;

    private readonly string _path;
    private volatile Reading _last;

    /// <summary>Reads the file.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.InvalidValue"/>: there are no keys in it.</exception>
    public IssuerKeyFile(string path)
    {
        _path = path;
        try
        {
            _last = ReadAnew(File.GetLastWriteTimeUtc(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IngotException(ErrorCode.InvalidValue, $"'tokenKeysFile' is {path}, which holds no JSON Web Key Set that can be used: {exception.Message}", inner: exception);
        }
    }

    /// <summary>The keys as they are now; none when the file cannot be read any more.</summary>
    public IReadOnlyList<SecurityKey> Read()
    {
        Reading last = _last;
        try
        {
            DateTime written = File.GetLastWriteTimeUtc(_path);
            return written == last.Written ? last.Keys : (_last = ReadAnew(written)).Keys;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private Reading ReadAnew(DateTime written)
    {
        if (new FileInfo(_path) is { Exists: true, Length: > MaxBytes })
            throw new IOException($"it is larger than {MaxBytes} bytes.");

        // A key that is also a secret would let whoever can read this file make tokens.
        SecurityKey[] keys = [.. new JsonWebKeySet(File.ReadAllText(_path)).GetSigningKeys().Where(key => key is AsymmetricSecurityKey or JsonWebKey { Kty: "RSA" or "EC" })];
        return keys.Length > 0 ? new Reading(written, keys) : throw new IOException("it has no public key.");
    }

    private sealed record Reading(DateTime Written, IReadOnlyList<SecurityKey> Keys);
}

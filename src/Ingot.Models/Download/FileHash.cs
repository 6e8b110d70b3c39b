using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ingot.Errors;

namespace Ingot.Models.Download;

/// <summary>How a source says what a file's content is.</summary>
internal enum HashKind
{
    /// <summary>SHA-256 of the content.</summary>
    Sha256,

    /// <summary>Git's name of a blob: SHA-1 of a header with the size, and the content. What hubs give for small files.</summary>
    GitBlob,

    /// <summary>MD5 of the content. What blob storage gives for most files: enough against accidents, not against forgery.</summary>
    Md5,

    /// <summary><see cref="Crc64"/> of the content.</summary>
    Crc64,

    /// <summary>The source does not say: the digits name the file's state, and any content of the right size is right.</summary>
    Unknown,
}

/// <summary>What a file's content must be.</summary>
/// <param name="Kind">The kind of hash.</param>
/// <param name="Hex">The hash, lower-case hexadecimal.</param>
internal readonly record struct FileHash(HashKind Kind, string Hex)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Checks a hash's spelling.</summary>
    /// <exception cref="IngotException"><see cref="ErrorCode.DownloadFailed"/>.</exception>
    internal static FileHash Parse(HashKind kind, string hex, string what)
    {
        var digits = kind == HashKind.Sha256 ? 64 : 40;
        return hex.Length == digits && hex.All(char.IsAsciiHexDigit)
            ? new FileHash(kind, hex.ToLowerInvariant())
            : throw new IngotException(ErrorCode.DownloadFailed, $"{what} should be {digits} hexadecimal digits, not '{SafeName.Shown(hex)}'.");
    }

    /// <summary>Reads a file once: its SHA-256, and whether it is what it must be.</summary>
    internal async Task<(string Sha256, bool IsRight)> CheckAsync(string path, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var other = Kind switch
        {
            HashKind.GitBlob => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
            HashKind.Md5 => IncrementalHash.CreateHash(HashAlgorithmName.MD5),
            _ => null,
        };
        var crc = Kind == HashKind.Crc64 ? new Crc64() : null;
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        if (Kind == HashKind.GitBlob)
            other!.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {RandomAccess.GetLength(file)}\0")));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long position = 0;
            while (await RandomAccess.ReadAsync(file, buffer, position, cancellationToken) is > 0 and var read)
            {
                sha256.AppendData(buffer, 0, read);
                other?.AppendData(buffer, 0, read);
                crc?.Append(buffer.AsSpan(0, read));
                position += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var content = Convert.ToHexStringLower(sha256.GetCurrentHash());
        var found = Kind switch
        {
            HashKind.Sha256 => content,
            HashKind.Crc64 => Convert.ToHexStringLower(crc!.Current()),
            HashKind.Unknown => Hex,
            _ => Convert.ToHexStringLower(other!.GetCurrentHash()),
        };
        return (content, found == Hex);
    }
}

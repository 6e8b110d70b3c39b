using System.Security.Cryptography;
using System.Text;

namespace Ingot.Models.Catalog;

/// <summary>The copy of a catalog on the disk: its validator on the first line, its text after it. Written whole or not at all.</summary>
/// <param name="url">The catalog's address.</param>
/// <param name="folder">The folder of copies; need not exist.</param>
internal sealed class CatalogCopy(Uri url, string folder)
{
    private readonly string _path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..32] + ".catalog");

    /// <summary>How long ago the server last said that the copy is right; null when there is none.</summary>
    internal TimeSpan? Age(TimeProvider time)
    {
        try
        {
            return File.Exists(_path) ? time.GetUtcNow() - File.GetLastWriteTimeUtc(_path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers that the server says the copy is still right.</summary>
    internal void Confirm(TimeProvider time)
    {
        if (File.Exists(_path))
            File.SetLastWriteTimeUtc(_path, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Reads the copy; null when there is none.</summary>
    internal async Task<(byte[] Body, string? ETag)?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(_path, cancellationToken);
            var end = Array.IndexOf(bytes, (byte)'\n');
            if (end < 0)
                return null;
            var etag = Encoding.UTF8.GetString(bytes, 0, end);
            return (bytes[(end + 1)..], etag.Length == 0 ? null : etag);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the copy.</summary>
    internal async Task WriteAsync(byte[] body, string? etag, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var temporary = $"{_path}.{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(temporary, [.. Encoding.UTF8.GetBytes($"{etag}\n"), .. body], cancellationToken);
        File.Move(temporary, _path, overwrite: true);
    }
}

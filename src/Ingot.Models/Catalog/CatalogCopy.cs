using System.Security.Cryptography;
using System.Text;
using Ingot.Models.Store;

namespace Ingot.Models.Catalog;

/// <summary>The copy of a catalog on the disk: its validator on the first line, its text after it. Written whole or not at all.</summary>
/// <param name="url">The catalog's address.</param>
/// <param name="folder">The folder of copies; need not exist.</param>
internal sealed class CatalogCopy(Uri url, string folder)
{
    private readonly string _path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)))[..32] + ".catalog");

    private string AskedPath => _path + ".asked";

    /// <summary>When the server last said that the copy is right, as a number that grows; 0 when there is none.</summary>
    internal long Written => TimeOf(_path)?.Ticks ?? 0;

    /// <summary>How long ago the server last said that the copy is right; null when there is none.</summary>
    internal TimeSpan? Age(TimeProvider time) => time.GetUtcNow().UtcDateTime - TimeOf(_path);

    /// <summary>How long ago any program has begun to ask the server; null when none has.</summary>
    internal TimeSpan? Asked(TimeProvider time) => time.GetUtcNow().UtcDateTime - TimeOf(AskedPath);

    /// <summary>Lets other programs know that the server is being asked. Does its best.</summary>
    internal void NoteAsked(TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(AskedPath, []);
            File.SetLastWriteTimeUtc(AskedPath, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
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
    internal void Write(byte[] body, string? etag) => AtomicFile.Write(_path, (byte[])[.. Encoding.UTF8.GetBytes($"{etag}\n"), .. body], FileReaders.Anybody);

    private static DateTime? TimeOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

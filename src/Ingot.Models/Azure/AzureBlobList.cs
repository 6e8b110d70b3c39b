using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Ingot.Errors;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>A blob as storage lists it.</summary>
/// <param name="Name">Its full name, not checked yet.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">What its content must be, as far as storage knows.</param>
/// <param name="ETag">Names its state; null when the list does not.</param>
internal sealed record AzureBlob(string Name, long Size, FileHash Hash, EntityTagHeaderValue? ETag);

/// <summary>Reads the XML lists of blob storage.</summary>
internal static class AzureBlobList
{
    private static readonly XmlReaderSettings Xml = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Reads one page.</summary>
    /// <param name="body">The page.</param>
    /// <returns>Its blobs, folders aside, and where the next page begins; null after the last.</returns>
    /// <exception cref="FormatException">It is no such list.</exception>
    internal static (IReadOnlyList<AzureBlob> Blobs, string? Next) Read(byte[] body)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), Xml);
            var root = XDocument.Load(reader).Root!;
            var blobs = root.Element("Blobs")?.Elements("Blob").Where(IsFile).Select(Read).ToList()
                ?? throw new FormatException("it has no 'Blobs'.");
            return (blobs, Text(root, "NextMarker"));
        }
        catch (XmlException exception)
        {
            throw new FormatException($"it is not XML: line {exception.LineNumber}.", exception);
        }
    }

    private static bool IsFile(XElement blob) =>
        Text(blob, "Name")?.EndsWith('/') != true && Text(blob.Element("Properties"), "ResourceType") != "directory";

    private static AzureBlob Read(XElement blob)
    {
        var name = Text(blob, "Name") ?? throw new FormatException("a blob has no name.");
        var properties = blob.Element("Properties");
        if (!long.TryParse(Text(properties, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw new FormatException($"'{SafeName.Shown(name)}' has no size.");
        var etag = Text(properties, "Etag") is { } tag && EntityTagHeaderValue.TryParse(tag.StartsWith('"') ? tag : $"\"{tag}\"", out var parsed) ? parsed : null;
        return new AzureBlob(name, size, HashOf(name, size, etag, properties), etag);
    }

    // Storage knows the hash of what was put there in one piece. Of the rest only size and state can be held against it.
    private static FileHash HashOf(string name, long size, EntityTagHeaderValue? etag, XElement? properties)
    {
        if (Binary(properties, "Content-MD5", MD5.HashSizeInBytes) is { } md5)
            return new FileHash(HashKind.Md5, md5);
        if (Binary(properties, "Content-CRC64", Crc64.SizeInBytes) is { } crc)
            return new FileHash(HashKind.Crc64, crc);
        var state = string.Create(CultureInfo.InvariantCulture, $"{name}\n{size}\n{etag}");
        return new FileHash(HashKind.Unknown, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state))));
    }

    private static string? Binary(XElement? parent, string name, int bytes)
    {
        var buffer = new byte[bytes];
        return Text(parent, name) is { } text && text.Length <= 64 && Convert.TryFromBase64String(text, buffer, out var written) && written == bytes
            ? Convert.ToHexStringLower(buffer)
            : null;
    }

    private static string? Text(XElement? parent, string name) => parent?.Element(name)?.Value is { Length: > 0 } text ? text : null;
}

using Ingot.Errors;
using Ingot.Models.Catalog;

namespace Ingot.Models.Download;

/// <summary>Models on a plain web server: the catalog entry names the folder's address and lists the files with their hashes.</summary>
internal sealed class HttpProvider : IModelProvider
{
    /// <summary>Whether an address is of this kind.</summary>
    internal static bool IsWebAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    /// <inheritdoc/>
    public Task<RemoteListing> ListAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Files.Count == 0)
        {
            throw new IngotException(ErrorCode.UnsupportedValue,
                $"The catalog gives model '{entry.Id}' the address {entry.Uri} but neither a list of 'files' with sizes and hashes nor a storage signature; so nothing is downloaded.", "model");
        }

        var folder = new Uri(entry.Uri.EndsWith('/') ? entry.Uri : entry.Uri + "/");
        var query = entry.Signature is null ? "" : "?" + entry.Signature;
        var files = entry.Files.Select(file => new RemoteFile(
            SafePath.Parse(file.Path, "The file name"),
            file.Size,
            FileHash.Parse(HashKind.Sha256, file.Sha256, $"The SHA-256 of '{SafeName.Shown(file.Path)}' in the catalog"),
            new Uri(folder, Escape(file.Path) + query))).ToList();
        return Task.FromResult(new RemoteListing(files, null, IsCheckpoint: !entry.Files.Any(file => file.Path == FolderFacts.ConfigFile)));
    }

    /// <inheritdoc/>
    public Exception? Explain(ModelEntry entry, HttpResponseMessage response) => null;

    /// <summary>A path as part of an address.</summary>
    internal static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}

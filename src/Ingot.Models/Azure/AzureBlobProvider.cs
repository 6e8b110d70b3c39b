using System.Net;
using System.Text.Json;
using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>
/// Models in blob storage, behind a signed address, which opens the model's folder for a while. The registry gives it for
/// models of the Azure catalog; another catalog may hold one itself. Storage lists the files with their sizes and, where it
/// knows them, hashes.
/// </summary>
internal sealed class AzureBlobProvider(SourceClient client, DownloadOptions options) : IModelProvider
{
    /// <summary>What the addresses of such models begin with.</summary>
    internal const string AssetPrefix = "azureml://";

    private const int MaxAssetLength = 1000;
    private const int MaxPages = 20;
    private const int MaxFiles = 2000;
    private const long MaxTotalBytes = 1L << 42;
    private const int FirstAnswerRetries = 2;

    private readonly Retries _retries = new(options, Math.Min(FirstAnswerRetries, options.MaxRetries));

    /// <summary>Whether a model is fetched from blob storage: one of the registry's, or one whose catalog signed its address and lists no files.</summary>
    internal static bool Serves(ModelEntry entry) => IsAsset(entry.Uri) || IsSigned(entry);

    /// <summary>Whether an address is one of the registry's.</summary>
    internal static bool IsAsset(string uri) =>
        uri.StartsWith(AssetPrefix, StringComparison.OrdinalIgnoreCase) && uri.Length <= MaxAssetLength && !uri.Any(char.IsControl);

    /// <inheritdoc/>
    public async Task<RemoteListing> ListAsync(ModelEntry entry, CancellationToken cancellationToken)
    {
        var folder = IsSigned(entry)
            ? SignedFolder.Parse($"{entry.Uri}?{entry.Signature}", $"the catalog gives for model '{entry.Id}'", mayBeOpen: true)
            : await _retries.RunAsync(
                token => new AzureRegions(client, options.Azure).TryAsync((region, inner) => AddressAsync(entry, region, inner), token), cancellationToken);
        var blobs = new List<AzureBlob>();
        string? marker = null;
        for (var page = 0; page == 0 || marker is not null; page++)
        {
            if (page == MaxPages || blobs.Count > MaxFiles)
                throw new IngotException(ErrorCode.DownloadFailed, $"The storage folder of model '{entry.Id}', {folder}, lists more than {MaxFiles} files.", "model");
            var (listed, next) = await _retries.RunAsync(token => PageAsync(entry, folder, marker, token), cancellationToken);
            blobs.AddRange(listed);
            marker = next;
        }

        return Choose(entry, folder, blobs);
    }

    /// <inheritdoc/>
    public Exception? Explain(ModelEntry entry, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when IsSigned(entry) => new IngotException(ErrorCode.DownloadFailed,
            $"The storage of model '{entry.Id}' does not accept the signature of its address in the catalog: it is wrong, has ended, or does not allow listing and reading.", "model"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ExpiredAddress(
            $"The storage of model '{entry.Id}' does not accept the signed address any more that the registry gave for it."),
        HttpStatusCode.PreconditionFailed => new IngotException(ErrorCode.DownloadFailed,
            $"A file of model '{entry.Id}' was replaced in its storage while it was being fetched; ask for the model again.", "model"),
        _ => null,
    };

    private static bool IsSigned(ModelEntry entry) =>
        entry is { Signature: { } signature, Files.Count: 0 } && HttpProvider.IsWebAddress(entry.Uri) && SourceClient.IsSignature(signature);

    private async Task<SignedFolder> AddressAsync(ModelEntry entry, string region, CancellationToken cancellationToken)
    {
        var registry = options.Azure.RegistryEndpoint.Replace("{region}", region, StringComparison.Ordinal).TrimEnd('/');
        var url = new Uri($"{registry}/modelregistry/v1.0/registry/models/nonazureaccount?assetId={Uri.EscapeDataString(entry.Uri)}");
        var (document, _) = await client.GetJsonAsync(url, response => Refusal(entry, url, response), cancellationToken);
        using (document)
        {
            try
            {
                return SignedFolder.Parse(
                    document.RootElement.GetProperty("blobSasUri").GetString() ?? "", $"{SourceClient.Shown(url)} gives", mayBeOpen: url.Scheme != Uri.UriSchemeHttps);
            }
            catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException)
            {
                throw new IngotException(ErrorCode.DownloadFailed, $"{SourceClient.Shown(url)} answered without a 'blobSasUri'.", "model", exception);
            }
        }
    }

    private async Task<(IReadOnlyList<AzureBlob> Blobs, string? Next)> PageAsync(
        ModelEntry entry, SignedFolder folder, string? marker, CancellationToken cancellationToken)
    {
        var url = folder.List(marker);
        using var response = await client.GetAsync(url, null, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw client.Fault(response, url, refused => IsSigned(entry) ? Explain(entry, refused) : null);
        var body = await client.ReadDocumentAsync(response, url, cancellationToken);
        try
        {
            return AzureBlobList.Read(body);
        }
        catch (FormatException exception)
        {
            throw new IngotException(ErrorCode.DownloadFailed, $"The list of the storage folder {folder} is in a form not known here: {exception.Message}", "model", exception);
        }
    }

    private static RemoteListing Choose(ModelEntry entry, SignedFolder folder, IReadOnlyList<AzureBlob> blobs)
    {
        var inside = blobs.Where(blob => blob.Name.StartsWith(folder.Prefix, StringComparison.Ordinal)).ToList();
        var models = inside.Where(blob => blob.Name == folder.Prefix + FolderFacts.ConfigFile || blob.Name.EndsWith("/" + FolderFacts.ConfigFile, StringComparison.Ordinal))
            .Select(blob => blob.Name[..^FolderFacts.ConfigFile.Length])
            .ToList();
        if (models is not [var root])
        {
            throw new IngotException(ErrorCode.ModelUnsupported,
                $"The storage folder of model '{entry.Id}', {folder}, holds {(models.Count == 0 ? "no" : "more than one")} {FolderFacts.ConfigFile}.", "model");
        }

        // What a source says of itself must not name the model, nor stand for a finished download.
        var chosen = inside.Where(blob => blob.Name.StartsWith(root, StringComparison.Ordinal)
            && blob.Name[root.Length..] is not (FolderManifest.FileName or FolderManifest.DeclarationFile or FolderFacts.UnfinishedMark)).ToList();
        if (chosen.Count > MaxFiles || chosen.Sum(blob => (decimal)blob.Size) > MaxTotalBytes)
            throw new IngotException(ErrorCode.DownloadFailed, $"The storage folder of model '{entry.Id}', {folder}, lists more than {MaxFiles} files or more bytes than any model has.", "model");
        var files = chosen.Select(blob => new RemoteFile(SafePath.Parse(blob.Name[root.Length..], "The file name"), blob.Size, blob.Hash, folder.Blob(blob.Name)) { State = blob.ETag });
        return new RemoteListing([.. files], null, IsCheckpoint: false);
    }

    private static IngotException? Refusal(ModelEntry entry, Uri url, HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.NotFound => new IngotException(ErrorCode.ModelNotFound, $"{SourceClient.Shown(url)} knows no model {entry.Uri}.", "model"),
        _ => null,
    };
}

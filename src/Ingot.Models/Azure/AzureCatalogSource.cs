using System.Buffers;
using System.Text.Json;
using Ingot.Models.Catalog;
using Ingot.Models.Download;

namespace Ingot.Models.Azure;

/// <summary>Foundry Local's own catalog of models on Azure, for every kind of device. A region that is down is passed over for another.</summary>
public sealed class AzureCatalogSource : RemoteCatalogSource
{
    // Its list comes in several pages, and from far away.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(8);

    private readonly AzureRegions _regions;
    private readonly AzureCatalogPages _pages;

    /// <summary>The catalog that the options name; nothing is read yet.</summary>
    /// <param name="copyFolder">The folder where the copy is kept; need not exist.</param>
    /// <param name="options">Which catalog, whether the network may be used, and how patiently. No access token is sent.</param>
    public AzureCatalogSource(string copyFolder, DownloadOptions options)
        : base(
            $"Azure catalog {SourceClient.Shown(options.Azure.CatalogEndpoint)}",
            new CatalogCopy(new Uri(options.Azure.CatalogEndpoint, "azure-catalog"), copyFolder),
            options,
            FirstWait)
    {
        _regions = new AzureRegions(Client, options.Azure);
        _pages = new AzureCatalogPages(Client, options.Azure);
    }

    // Kept in the shape all other catalogs have: the pages themselves are many times as large.
    private protected override async Task<FetchedList?> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        var (entries, note) = await _regions.TryAsync(_pages.ReadAsync, cancellationToken);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var entry in entries)
                CatalogEntryWriter.Write(json, entry);
            json.WriteEndArray();
        }

        return new FetchedList(buffer.WrittenSpan.ToArray(), null, note);
    }
}
